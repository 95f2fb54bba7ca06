"""A hypothesis strategy for any report that a laboratory may release.

What varies: sex, age from newborn to 105, identity with or without INS, 1 to 120 results of every kind, batteries,
samples, methods, ranges, earlier results, comments, versions, partial reports, people and their absence.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

from hypothesis import strategies as st

from eprouvette.core import oids
from eprouvette.core.coded import Coded, Identifier
from eprouvette.core.dates import PARIS, PartialDate
from eprouvette.core.ins import Ins, key_of
from eprouvette.standards.report.model import (
    Confidentiality,
    Document,
    Encounter,
    EncounterType,
    LabReport,
    Order,
    Sampler,
    ServiceEvent,
    Signature,
)
from eprouvette.standards.report.people import (
    Address,
    BirthPlace,
    Device,
    Guardian,
    Patient,
    PersonName,
    Professional,
    Sex,
    Telecom,
)
from eprouvette.standards.report.results import (
    Battery,
    Chapter,
    CodedResult,
    Comparator,
    Entry,
    Interval,
    Limit,
    Method,
    Numeric,
    Observation,
    Prior,
    Ratio,
    ReferenceRange,
    Sample,
    Section,
    Status,
    TestCode,
    Text,
    Validation,
    Value,
)
from support import report_data as data

_FAMILIES = (
    "PAT-QUATRE",
    "D'ARTOIS",
    "LE GALL",
    "NGUYEN",
    "EL AMRANI",
    "DE LA TOUR DU PIN",
    "ŒUVRARD",
    "MÜLLER",
    "Ó BRIAIN",
)
_GIVEN = ("CAMILLE", "JEAN-BAPTISTE", "ÉLÉONORE", "ANNE", "RÉMY", "ZOÉ", "FATIMA", "LOÏC", "MARIE")
_PLACES = (("39198", "DOLE"), ("75056", "PARIS"), ("2A004", "AJACCIO"), ("97411", "SAINT-DENIS"), ("99351", "TUNIS"))
_UNITS = (
    ("g/L", "g/L"), ("mmol/L", "mmol/L"), ("umol/L", "µmol/L"), ("m[IU]/L", "mUI/L"), ("10*9/L", "G/L"), ("%", "%"),
    ("U/L", "UI/L"), ("ug/L", "µg/L"), ("mm/h", "mm/h"), ("mL/min", "mL/min"), ("/uL", "/µL"),
    ("{copies}/mL", "copies/mL"),
    ("mg/mmol{creat}", "mg/mmol"),
    ("[arb'U]/mL", ""), ("kPa", ""), (None, ""),
)  # fmt: skip
_WORDS = ("Absence", "Présence", "Rares", "Positif (+++)", "Négatif", "jaune paille", "limpide", "inférieur à 1/80")
_COMMENTS = (
    "Résultat contrôlé.",
    "À interpréter selon le contexte clinique : traitement, jeûne, heure du prélèvement.",
    "Sérum lipémique ; dosage < seuil & à confirmer sur un second prélèvement (≥ 8 jours).",
    "Première ligne.\nSeconde ligne.",
)
_CODED = (Coded("260373001", oids.SNOMED_CT, "Détecté"), Coded("260415000", oids.SNOMED_CT, "Non détecté"))
_INTERPRETATIONS = ("N", "L", "H", "LL", "HH", "A", "AA", "POS", "NEG")
_NOW = datetime(2026, 3, 12, 10, 42, tzinfo=PARIS)


def _at_its_offset(moment: datetime) -> datetime:
    """The local time with its offset fixed: in the hour told twice in October, a zone equals no other (PEP 495)."""
    offset = moment.astimezone(PARIS).utcoffset()
    assert offset is not None
    return moment.astimezone(timezone(offset))


_moments = st.datetimes(datetime(2024, 1, 1), datetime(2026, 3, 1)).map(  # noqa: DTZ001 (the zone is added next)
    lambda moment: _at_its_offset(moment.replace(microsecond=0, tzinfo=UTC))
)
_comments = st.lists(st.sampled_from(_COMMENTS), max_size=2, unique=True).map(tuple)


def _decimals(low: int = 0, high: int = 100_000) -> st.SearchStrategy[Decimal]:
    return st.builds(
        lambda digits, places: Decimal(digits).scaleb(-places),
        st.integers(low, high),
        st.integers(min_value=0, max_value=4),
    )


@st.composite
def values(draw: st.DrawFn, units: tuple[tuple[str | None, str], ...] = _UNITS) -> Value:
    """One value of any kind; a measured one in one of ``units`` (UCUM, printed)."""
    unit, printed = draw(st.sampled_from(units))
    kind = draw(
        st.sampled_from(("numeric", "numeric", "numeric", "limit", "interval", "coded", "word", "text", "ratio"))
    )
    match kind:
        case "limit":
            comparators: tuple[Comparator, ...] = ("<", "<=", ">", ">=")
            return Limit(draw(st.sampled_from(comparators)), draw(_decimals()), unit, printed)
        case "interval":
            low = draw(_decimals(high=500))
            return Interval(low, low + draw(_decimals(1, 500)), unit, printed)
        case "coded":
            coded = draw(st.sampled_from(_CODED))
            return CodedResult(coded.display, coded)
        case "word":
            return CodedResult(draw(st.sampled_from(_WORDS)))
        case "text":
            return Text(draw(st.sampled_from((*_WORDS, *_COMMENTS))))
        case "ratio":
            return Ratio(Decimal(1), Decimal(draw(st.sampled_from((10, 80, 160, 1280)))))
    return Numeric(draw(_decimals()), unit, printed)


@st.composite
def _codes(draw: st.DrawFn, exam: data.Exam) -> TestCode:
    local = Coded(exam.loinc.replace("-", "L"), data.LOCAL_CODES, exam.label)
    match draw(st.sampled_from(("loinc", "loinc", "loinc", "local", "national", "both"))):
        case "local":
            return TestCode(exam.label, local=local)
        case "national":
            return TestCode(exam.label, local=Coded("600127", oids.TA_ASIP, exam.label))
        case "both":
            return TestCode(exam.label, loinc=exam.coded, local=local)
    return TestCode(exam.label, loinc=exam.coded)


def _reference(draw: st.DrawFn, value: Value) -> ReferenceRange | None:
    criteria = draw(st.sampled_from(("", "", "Femme adulte", "De 2 à 6 ans")))
    if isinstance(value, Numeric | Limit) and draw(st.booleans()):
        low = draw(_decimals(high=400))
        sides = draw(st.sampled_from(("both", "low", "high")))
        high = low + draw(_decimals(1, 400))
        return ReferenceRange(
            None if sides == "high" else low, None if sides == "low" else high, value.unit, criteria=criteria
        )
    return draw(st.sampled_from((None, ReferenceRange(text="Absence", criteria=criteria))))


@st.composite
def observations(draw: st.DrawFn, keys: tuple[str, ...] = ()) -> Observation:
    """One result, abandoned about once in ten, with its options."""
    exam = draw(st.sampled_from(data.NUMERIC_EXAMS))
    code = draw(_codes(exam))
    # A LOINC code says what is measured, hence in which unit; a code of the laboratory may be anything.
    units = ((exam.unit, exam.printed),) if code.loinc else _UNITS
    key = draw(st.sampled_from((None, *keys)))
    time = draw(_moments)
    if draw(st.integers(0, 9)) == 0:
        reason = "Non réalisé : quantité insuffisante."
        return Observation(code, None, time, status="aborted", comments=(reason,), sample=key)
    value = draw(values(units))
    technique = draw(st.sampled_from((None, *data.TECHNIQUES)))
    return Observation(
        code=code,
        value=value,
        time=time,
        interpretation=draw(st.sampled_from((None, *_INTERPRETATIONS))),
        method=Method(data.TECHNIQUES[technique], Coded(technique, oids.TECHNIQUE, data.TECHNIQUES[technique]))
        if technique
        else draw(st.sampled_from((None, Method("Méthode du laboratoire")))),
        reference=_reference(draw, value),
        priors=tuple(
            draw(st.lists(st.builds(Prior, values(units), _moments, st.sampled_from((None, "N", "H"))), max_size=2))
        ),
        comments=draw(_comments),
        sample=key,
    )


@st.composite
def _samples(draw: st.DrawFn, prefix: str) -> tuple[Sample, ...]:
    kinds = draw(st.lists(st.sampled_from(tuple(data.SPECIMENS)), max_size=2, unique=True))
    collected = draw(_moments)
    received = draw(st.sampled_from((None, collected + timedelta(hours=1))))
    return tuple(
        Sample(
            f"{prefix}{rank}",
            Identifier(data.SAMPLE_ROOT, f"P-{prefix}{rank}"),
            data.specimen_type(kind),
            collected,
            received,
        )
        for rank, kind in enumerate(kinds, 1)
    )


@st.composite
def _section(draw: st.DrawFn, prefix: str, code: Coded | None, status: Status, room: int) -> Section:
    samples = draw(_samples(prefix))
    keys = tuple(sample.key for sample in samples)
    entries: list[Entry] = []
    left = draw(st.integers(1, room))
    while left > 0:
        if left > 1 and draw(st.integers(0, 4)) == 0:
            size = min(left, draw(st.integers(1, 12)))
            inside = tuple(draw(observations(keys)) for _ in range(size))
            panel = draw(st.sampled_from((None, Coded("58410-2", oids.LOINC, "Hémogramme complet [Panel] Sang"))))
            all_aborted = all(observation.status == "aborted" for observation in inside)
            entries.append(Battery("Bilan", inside, panel, "aborted" if all_aborted else status, draw(_comments)))
            left -= size
        else:
            entries.append(draw(observations(keys)))
            left -= 1
    validation = draw(st.sampled_from((None, Validation(data.DR_AUBIN, _NOW))))
    return Section(tuple(entries), samples, status, draw(_comments), validation, code)


@st.composite
def _chapters(draw: st.DrawFn, status: Status) -> tuple[Chapter, ...]:
    codes = draw(st.lists(st.sampled_from(tuple(data.CHAPTERS)), min_size=1, max_size=4, unique=True))
    room = draw(st.sampled_from((3, 3, 8, 8, 20, 120))) // len(codes) or 1
    chapters = []
    for rank, code in enumerate(codes, 1):
        split = draw(st.sampled_from((0, 0, 1, 2))) if room > 1 else 0
        if split:
            under = draw(st.lists(st.sampled_from(tuple(data.CHAPTERS)), min_size=split, max_size=split, unique=True))
            sections = tuple(
                draw(_section(f"T{rank}{n}", data.chapter_code(sub), status, max(1, room // split)))
                for n, sub in enumerate(under, 1)
            )
        else:
            sections = (draw(_section(f"T{rank}", None, status, room)),)
        chapters.append(Chapter(data.chapter_code(code), sections))
    return tuple(chapters)


@st.composite
def patients(draw: st.DrawFn) -> Patient:
    """A patient of any sex, newborn to 105 years old, with a qualified INS or none, full or incomplete traits."""
    sexes: tuple[Sex, ...] = ("F", "M", "UN")
    sex = draw(st.sampled_from(sexes))
    birth = draw(st.dates(date(1921, 1, 1), date(2024, 1, 1)))
    given = tuple(draw(st.lists(st.sampled_from(_GIVEN), min_size=1, max_size=3, unique=True)))
    family = draw(st.sampled_from(_FAMILIES))
    cog, place = draw(st.sampled_from(_PLACES))
    known = draw(st.booleans())
    young = birth.year > 2010
    texts = (f"{birth:%Y%m%d}", f"{birth:%Y%m}", f"{birth:%Y}")
    named = draw(st.booleans())
    return Patient(
        local_ids=(Identifier(data.IPP_ROOT, f"IPP-{draw(st.integers(1, 999_999)):06d}"),),
        birth_family_name=family,
        birth_given_names=given,
        first_given_name=given[0],
        sex=sex,
        birth_date=PartialDate(texts[0] if known else draw(st.sampled_from(texts))),
        ins=_ins(draw, sex, birth, cog) if known else None,
        used_family_name=draw(st.sampled_from(_FAMILIES)) if named else None,
        used_given_name=draw(st.sampled_from(given)) if named else None,
        birth_place=BirthPlace(cog, draw(st.sampled_from((place, "")))) if known else None,
        address=draw(st.sampled_from((None, data.LABORATORY.address, Address(lines=("Lieu-dit Le Moulin",))))),
        telecoms=draw(st.sampled_from(((), (Telecom("tel:0600000001", "MC"),)))),
        guardians=(Guardian(PersonName(family, "CLAUDE", "MME"), data.LABORATORY.address),) if young else (),
    )


def _ins(draw: st.DrawFn, sex: Sex, birth: date, cog: str) -> Ins:
    first = {"M": "1", "F": "2", "UN": "2"}[sex]
    number = f"{first}{birth:%y%m}{cog}{draw(st.integers(1, 999)):03d}"
    return Ins(number + key_of(number), draw(st.sampled_from((oids.INS_NIR_TEST, oids.INS_NIA))))


def _people(draw: st.DrawFn) -> tuple[Professional | Device, ...]:
    return draw(st.sampled_from(((data.DR_AUBIN,), (data.DR_AUBIN, Device("Éprouvette", "Éprouvette SGL")))))


@st.composite
def reports(draw: st.DrawFn) -> LabReport:
    """Any coherent report: equal draws give equal reports."""
    statuses: tuple[Status, ...] = ("completed", "completed", "completed", "active")
    status = draw(st.sampled_from(statuses))
    version = draw(st.sampled_from((1, 1, 1, 2, 3)))
    number = draw(st.integers(1, 9_999_999))
    set_id = f"{data.DOCUMENT_ROOT}.{number}"
    levels: tuple[Confidentiality, ...] = ("N", "N", "R", "V")
    kinds: tuple[EncounterType, ...] = ("AMB", "EMER", "IMP", "HH", "EXTERNE")
    document = Document(
        id=f"{set_id}.{version}",
        set_id=set_id,
        version=version,
        created_at=_NOW,
        status=status,
        confidentiality=draw(st.sampled_from(levels)),
        replaces=f"{set_id}.{version - 1}" if version > 1 else None,
    )
    signature = Signature(data.DR_AUBIN, _NOW)
    start = _NOW - timedelta(hours=draw(st.integers(1, 72)))
    return LabReport(
        document=document,
        patient=draw(patients()),
        authors=_people(draw),
        custodian=data.LABORATORY,
        legal_authenticator=signature,
        order=Order(
            Identifier(data.ORDER_ROOT, f"ORD-{number}"),
            data.DR_LEVESQUE,
            draw(st.sampled_from((None, start - timedelta(days=2)))),
        ),
        service_event=ServiceEvent(
            id=Identifier(data.DOSSIER_ROOT, f"D-{number}"),
            started_at=start,
            performed_at=start + timedelta(minutes=30),
            director=data.DR_AUBIN,
            ended_at=_NOW if status == "completed" else None,
        ),
        encounter=Encounter(draw(st.sampled_from(kinds)), start, data.DR_AUBIN, data.FACILITY),
        chapters=draw(_chapters(status)),
        validators=draw(st.sampled_from(((), (signature,)))),
        sampler=draw(st.sampled_from((None, Sampler(data.NURSE, start)))),
        attending=draw(st.sampled_from((None, data.DR_LEVESQUE))),
        copies=draw(st.sampled_from(((), (data.DR_COPIE,), (data.DR_COPIE, data.NURSE)))),
        comments=draw(_comments),
    )
