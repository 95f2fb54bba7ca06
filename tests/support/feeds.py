"""Messages of an identity feed, and the partner who sends them."""

from __future__ import annotations

from itertools import count

from eprouvette.core import oids
from eprouvette.exchange.intake import feeds, services
from eprouvette.exchange.intake.models import FeedSource
from eprouvette.lab.identity.models import Patient
from eprouvette.standards.hl7v2 import er7

NIR = "279035121518989"
_NUMBERS = count(1)


def declared(**changes: object) -> FeedSource:
    """The hospital of the tests, as declared."""
    return feeds.declare("GAM", "CHU-X", actor="system:test", authority="CHU-X", **changes)  # type: ignore[arg-type]


def ipp(value: str) -> str:
    """An identifier of the hospital, as CX."""
    return f"{value}^^^CHU-X&000897406&N^PI"


def ins(value: str = NIR, oid: str = oids.INS_NIR_TEST) -> str:
    """An INS, as CX."""
    return f"{value}^^^ASIP-SANTE-INS-NIR&{oid}&ISO^INS"


def pid(
    who: str = "1",
    *,
    number: str = "",
    status: str = "PROV",
    name: str = "PAT-TROIS",
    names: str = "DOMINIQUE",
    born: str = "19790328",
    sex: str = "F",
    cog: str = "51215",
    more: str = "",
    account: str = "24000006",
) -> str:
    """A PID; ``number`` is an INS already written as CX."""
    ids = "~".join(one for one in (ipp(who), number) if one)
    fields = {3: ids, 5: f"{name}^{names.split(maxsplit=1)[0]}^{names}^^^^L", 7: born, 8: sex}
    fields |= {11: f"^^^^^^BDL^^{cog}" if cog else "", 18: account, 32: status}
    text = "PID|" + "|".join(fields.get(rank, "1" if rank == 1 else "") for rank in range(1, 33))
    return text + more


def message(event: str, *segments: str, at: str = "20261106100000", control_id: str = "", head: str = "") -> bytes:
    """An ADT of the hospital, recorded ``at``; each has its own MSH-10 unless one is given."""
    number = control_id or f"T{next(_NUMBERS)}"
    first = f"MSH|^~\\&|GAM|CHU-X|SGL|LABO|{at}||ADT^{event}|{number}|D|2.5^FRA^2.11|||||FRA|{head or 'UNICODE UTF-8'}"
    return "\r".join((first, f"EVN||{at}||||{at}", *segments, "")).encode()


def pv1(patient_class: str = "I", visit: str = "V42", annulled: str = "") -> str:
    """A PV1."""
    fields = {1: "1", 2: patient_class, 19: f"{visit}^^^CHU-X&000897406&M^VN", 51: annulled}
    return "PV1|" + "|".join(fields.get(rank, "") for rank in range(1, 52))


def zbe(
    number: str = "M1", at: str = "20261106090000", action: str = "INSERT", original: str = "", unit: str = "6268"
) -> str:
    """A ZBE."""
    return f"ZBE|{number}^CHU-X|{at}||{action}|N|{original}|Chir^^^^^CHU-X&000897406&N^UF^^^{unit}||HMS"


def take(raw: bytes) -> tuple[str, str, str]:
    """Receive; the code of the answer, the place of its error, its sentence."""
    answered = er7.parse(services.receive(raw, peer="test").decode())
    error = answered.first("ERR")
    code = answered.first("MSA")
    assert code is not None
    return code.text(1), error.raw(2) if error else "", error.text(8) if error else ""


def patient_of(who: str = "1") -> Patient:
    """The file that answers for an identifier of the hospital."""
    return Patient.objects.get(feed_aliases__ipp=who)
