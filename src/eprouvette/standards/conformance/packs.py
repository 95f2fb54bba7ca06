"""Official packs on disk: an arrival (folder, git work tree or ZIP) laid out, its known defects mended.

    EprouvetteError
    └── PackError    what was given is not a pack of the ANS, or is not safe to unpack

A laid-out pack holds ``schematrons/``, ``jeuxDeValeurs/``, ``infrastructure/`` and ``pack.json`` (its revision).
Source: ANS, repository ansforge/TestContenuCDA-3-0.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import stat
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final

from lxml import etree

from eprouvette.core.errors import EprouvetteError
from eprouvette.core.xml import UnreadableXmlError, parse

_TAKEN: Final = ("schematrons", "jeuxDeValeurs", "infrastructure")
_ENTRY: Final = "schematrons/CI-SIS_BIO-CR-BIO_2024.01.sch"
_SCHEMA: Final = "infrastructure/cda/CDA_extended.xsd"
_VOCABULARIES: Final = "schematrons/profils/structurationMinimale/include"
# Opened by the minimal structure but absent from the pack; its codes are those of the J07 value set.
_MISSING: Final = "voc-1.2.250.1.213.1.1.5.471-DYNAMIC.xml"
_ITS_SOURCE: Final = "jeuxDeValeurs/JDV_J07_XdsTypeCode_CISIS.xml"
_CONCEPT: Final = "{urn:ihe:iti:svs:2008}Concept"
_MAX_FILES: Final = 20_000
_MAX_BYTES: Final = 1_000_000_000
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9.-]+")
MARK: Final = "pack.json"


class PackError(EprouvetteError):
    """Ce n'est pas un pack de règles officielles utilisable."""

    hint = "Télécharger le dépôt ansforge/TestContenuCDA-3-0 (dossier ou ZIP), puis relancer l'installation."


def install(source: Path, packs: Path) -> Path:
    """Lay ``source`` out under ``packs`` and mend its known defects; returns the folder of the installed pack.

    ``source`` is a git work tree, a laid-out folder or a ZIP. Raises `PackError`; nothing is left behind then.
    """
    packs.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=".incoming-", dir=packs))
    try:
        laid = work / "pack"
        revision = _copy_zip(source, laid) if source.is_file() else _copy_folder(source, laid)
        if not (laid / _ENTRY).is_file() or not (laid / _SCHEMA).is_file():
            raise PackError("Le pack ne contient pas les règles CR-BIO 2024.01 ou le schéma CDA.")
        _derive_vocabulary(laid)
        revision = revision or f"sha256:{_digest(laid)[:16]}"
        (laid / MARK).write_text(json.dumps({"revision": revision}) + "\n", encoding="utf-8")
        target = packs / (_UNSAFE.sub("-", revision).strip(".-") or "pack")
        if target.exists():
            shutil.rmtree(target)
        laid.rename(target)
        os.utime(target)
        return target
    finally:
        shutil.rmtree(work, ignore_errors=True)


def installed_pack(packs: Path) -> Path | None:
    """The pack installed last under ``packs``, or None."""
    if not packs.is_dir():
        return None
    found = [mark.parent for mark in packs.glob(f"*/{MARK}") if not mark.parent.name.startswith(".")]
    return max(found, key=lambda folder: (folder.stat().st_mtime_ns, folder.name), default=None)


def revision_of(pack: Path) -> str:
    """The revision written at installation, else one made of the rules' bytes."""
    mark = pack / MARK
    if mark.is_file():
        try:
            revision = json.loads(mark.read_text(encoding="utf-8"))["revision"]
        except (ValueError, KeyError, TypeError) as error:
            raise PackError("Le fichier pack.json de ce pack est illisible.") from error
        return str(revision)
    return f"sha256:{_digest(pack)[:16]}"


def find(path: Path) -> Path:
    """``path``, or the one file of its folder whose name differs only in case: the pack was made where case is lost."""
    if path.exists() or not path.parent.is_dir():
        return path
    same = [file for file in path.parent.iterdir() if file.name.lower() == path.name.lower()]
    return same[0] if len(same) == 1 else path


def _derive_vocabulary(pack: Path) -> None:
    folder, source = pack / _VOCABULARIES, pack / _ITS_SOURCE
    if (folder / _MISSING).exists() or not folder.is_dir() or not source.is_file():
        return
    root = etree.Element("valueSets")
    concepts = etree.SubElement(etree.SubElement(root, "valueSet"), "conceptList")
    for concept in _parse(source).iter(_CONCEPT):
        names = ("code", "codeSystem", "displayName")
        etree.SubElement(concepts, "concept", {name: concept.get(name, "") for name in names})
    (folder / _MISSING).write_bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True))


def _parse(path: Path) -> etree._Element:
    try:
        return parse(path.read_bytes()).getroot()
    except UnreadableXmlError as error:
        raise PackError(f"Le fichier {path.name} du pack est illisible : {error.message}") from error


def _copy_folder(source: Path, target: Path) -> str | None:
    """Copy the useful folders; the revision is the commit, or the one that the folder already says."""
    if not source.is_dir():
        raise PackError("Le chemin donné n'est ni un dossier ni un fichier ZIP.")
    for name in _TAKEN:
        if (source / name).is_dir():
            shutil.copytree(source / name, target / name, symlinks=False, ignore=_links)
    if (source / MARK).is_file():
        return revision_of(source)
    return _commit_of(source)


def _links(folder: str, names: list[str]) -> set[str]:
    return {name for name in names if (Path(folder) / name).is_symlink()}


def _commit_of(source: Path) -> str | None:
    git = shutil.which("git")
    if git is None or not (source / ".git").exists():
        return None
    done = subprocess.run(  # noqa: S603 - fixed command, the folder is an argument
        [git, "-C", str(source), "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or None


def _copy_zip(source: Path, target: Path) -> str | None:
    """Unpack the useful folders of a ZIP, one leading folder allowed; hostile entries are refused."""
    try:
        with zipfile.ZipFile(source) as archive:
            for info, inside in _entries(archive):
                file = target / inside
                file.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(info) as read, file.open("wb") as written:
                    shutil.copyfileobj(read, written)
            return archive.comment.decode("ascii", "ignore")[:12] or None
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
        raise PackError("Le fichier ZIP est illisible ou abîmé.") from error


def _entries(archive: zipfile.ZipFile) -> Iterator[tuple[zipfile.ZipInfo, PurePosixPath]]:
    listed = archive.infolist()
    if len(listed) > _MAX_FILES or sum(info.file_size for info in listed) > _MAX_BYTES:
        raise PackError("Le fichier ZIP contient trop de données pour un pack.")
    for info in listed:
        path = PurePosixPath(info.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or stat.S_ISLNK(info.external_attr >> 16):
            raise PackError("Le fichier ZIP contient un chemin ou un lien interdit.")
        if info.is_dir():
            continue
        for skipped in (0, 1):
            if path.parts[skipped : skipped + 1] and path.parts[skipped] in _TAKEN:
                yield info, PurePosixPath(*path.parts[skipped:])
                break


def _digest(pack: Path) -> str:
    """One digest of every rule file, by path."""
    total = hashlib.sha256()
    for path in sorted((pack / "schematrons").rglob("*.sch")):
        total.update(str(path.relative_to(pack)).encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()
