"""The official rules of a pack, run: XML Schema, then ISO schematrons with XPath 2.

Compiling them costs 20 s and 1.5 GB, judging 0.2 to 0.9 s a document: make one runner in a process of its own and keep
it. What could not be evaluated makes the verdict an ``error``: never green by silence.

    EprouvetteError
    ├── RunnerUnavailableError    saxonche is not installed
    └── NotEnoughMemoryError      less than 2 GB available
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from lxml import etree

from eprouvette.core.errors import EprouvetteError
from eprouvette.core.xml import UnreadableXmlError, parse
from eprouvette.standards.conformance.cda import NotACdaError, Version, read
from eprouvette.standards.conformance.packs import PackError, revision_of
from eprouvette.standards.conformance.schematron import stylesheet

if TYPE_CHECKING:
    from saxonche import PySaxonProcessor, PyXslt30Processor, PyXsltExecutable

_SCHEMA: Final = "infrastructure/cda/CDA_extended.xsd"
_PROFILE: Final = "CI-SIS_BIO-CR-BIO_"
_SCHEMATRONS: Final = (
    "profils/structurationMinimale/ASIP-STRUCT-MIN-StrucMin",
    "profils/IHE",
    "profils/CI-SIS_ModelesDeContenusCDA",
    "profils/CI-SIS_Modeles_ANS",
    _PROFILE,
    "profils/terminologies/schematron/terminologie",
)
_WARNING_ROLES: Final = frozenset({"warning", "info", "information"})
_NEEDED_KIB: Final = 2_000_000
_QUALIFIED: Final = re.compile(r"Q\{[^}]*\}")
_MEMORY: Final = Path("/proc/meminfo")


class RunnerUnavailableError(EprouvetteError):
    """Le moteur XPath 2 (saxonche) n'est pas installé : les règles officielles ne peuvent pas être exécutées."""

    hint = "Installer le complément « official » : pip install 'eprouvette[official]'."


class NotEnoughMemoryError(EprouvetteError):
    """La mémoire disponible ne suffit pas pour compiler les règles officielles."""

    permanent = False
    hint = "Libérer de la mémoire (2 Go disponibles), ou faire tourner « eprouvette judge » sur une autre machine."


@dataclass(frozen=True, slots=True)
class OfficialFinding:
    """One failed assertion, schema error or test that could not be evaluated."""

    message: str
    location: str
    rule: str

    def as_json(self) -> dict[str, str]:
        """The finding as text fields, in a fixed order."""
        return {"message": self.message, "location": self.location, "rule": self.rule}

    def __str__(self) -> str:
        return f"[{self.rule}] {self.message} — {self.location}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules of one revision say of one document; ``rules`` names the rule files that were run."""

    result: Literal["passed", "failed", "error"]
    revision: str
    findings: tuple[OfficialFinding, ...]
    rules: tuple[str, ...]

    @property
    def failures(self) -> tuple[str, ...]:
        """The findings as sentences; empty only when every rule was evaluated and holds."""
        return tuple(str(finding) for finding in self.findings)


@dataclass(slots=True)
class _Outcome:
    failures: list[OfficialFinding]
    errors: list[OfficialFinding]


class OfficialRunner:
    """The compiled rules of one pack; for one thread."""

    def __init__(self, pack: Path, version: Version = "2024.01") -> None:
        """Compile the rules of ``pack`` for a version of the profile (20 s, 1.5 GB).

        Raises `NotEnoughMemoryError`, `RunnerUnavailableError` or `PackError`.
        """
        _require_memory()
        self.revision = revision_of(pack)
        self._schema = _schema(pack / _SCHEMA)
        self._saxon = _saxon()
        self._xslt = self._saxon.new_xslt30_processor()
        self._folder = pack / "schematrons"
        self._version = version
        self._compiled: dict[str, PyXsltExecutable] = {}
        for name in _files(version):
            self._sheet(name)

    def _sheet(self, name: str) -> PyXsltExecutable:
        """A rule file, compiled when it is first needed: two versions of the profile share all but one."""
        if name not in self._compiled:
            self._compiled[name] = _compile(self._xslt, self._folder / f"{name}.sch")
        return self._compiled[name]

    def judge(self, data: bytes, version: Version | None = None) -> Verdict:
        """The verdict on a CDA document, plain or self-presentable, N3 or N1 (which skips the CR-BIO file).

        ``version`` is that of the profile, the runner's own unless it is given; the rules of another one are compiled
        at their first document, and a pack that has none leaves it unevaluated.
        """
        try:
            cda = read(data)
        except (UnreadableXmlError, NotACdaError) as error:
            return Verdict("failed", self.revision, (OfficialFinding(error.message, "/", "XML"),), ("XML",))
        document = etree.tostring(cda.root, encoding="utf-8", xml_declaration=True, with_tail=False)
        outcome = _Outcome(_schema_errors(self._schema, document), [])
        files = [name for name in _files(version or self._version) if not (cda.is_n1 and name.startswith(_PROFILE))]
        names = [name.rpartition("/")[2] for name in files]
        node = self._saxon.parse_xml(xml_text=document.decode("utf-8"))
        for file, name in zip(files, names, strict=True):
            try:
                sheet = self._sheet(file)
            except PackError as error:
                outcome.errors.append(OfficialFinding(error.message, "/", name))
            else:
                _run(sheet, node, name, outcome)
        findings = (*outcome.errors, *outcome.failures)
        result: Literal["passed", "failed", "error"] = "failed" if outcome.failures else "passed"
        return Verdict("error" if outcome.errors else result, self.revision, findings, ("CDA_extended", *names))


def _files(version: Version) -> list[str]:
    return [f"{name}{version}" if name == _PROFILE else name for name in _SCHEMATRONS]


def _run(sheet: PyXsltExecutable, node: object, name: str, outcome: _Outcome) -> None:
    from saxonche import PySaxonApiError

    try:
        text = sheet.transform_to_string(xdm_node=node)
        report = parse(text.encode("utf-8")).getroot()
    except (PySaxonApiError, AttributeError, UnreadableXmlError) as error:
        outcome.errors.append(OfficialFinding(f"Règles non évaluées ({type(error).__name__}).", "/", name))
        return
    for element in report.iter("failure", "error"):
        message = " ".join("".join(str(part) for part in element.itertext()).split())
        found = OfficialFinding(message, _QUALIFIED.sub("", element.get("location", "")), name)
        if element.tag == "error":
            outcome.errors.append(found)
        elif element.get("role", "") not in _WARNING_ROLES:
            outcome.failures.append(found)


def _schema_errors(schema: etree.XMLSchema, document: bytes) -> list[OfficialFinding]:
    """Schema errors; parsed anew so that the document stands alone, whatever file held it."""
    schema.validate(parse(document))
    entries: list[etree._LogEntry] = list(schema.error_log)  # type: ignore[call-overload]  # lxml-stubs lacks __iter__
    return [OfficialFinding(str(entry.message), f"ligne {entry.line}", "CDA_extended") for entry in entries]


def _schema(path: Path) -> etree.XMLSchema:
    try:
        return etree.XMLSchema(etree.parse(str(path), etree.XMLParser(no_network=True, resolve_entities=False)))
    except (OSError, etree.LxmlError) as error:
        raise PackError("Le schéma CDA du pack manque ou est illisible.") from error


def _saxon() -> PySaxonProcessor:
    try:
        from saxonche import PySaxonProcessor
    except ImportError as error:
        raise RunnerUnavailableError from error
    return PySaxonProcessor(license=False)


def _compile(xslt: PyXslt30Processor, path: Path) -> PyXsltExecutable:
    from saxonche import PySaxonApiError

    try:
        sheet = xslt.compile_stylesheet(stylesheet_text=stylesheet(path).decode("utf-8"))
    except PySaxonApiError as error:
        raise PackError(f"Les règles {path.name} ne se compilent pas.") from error
    if sheet is None:
        raise PackError(f"Les règles {path.name} ne se compilent pas.")
    return sheet


def _require_memory() -> None:
    """Refuse to start where compiling would swap; where the kernel does not say, nothing is refused."""
    if not _MEMORY.is_file():
        return
    for line in _MEMORY.read_text(encoding="ascii").splitlines():
        if line.startswith("MemAvailable:") and int(line.split()[1]) < _NEEDED_KIB:
            raise NotEnoughMemoryError
