"""The patient: INS and its traits, birth, sex, guardian."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from eprouvette.core import oids
from eprouvette.core.errors import InvalidValueError
from eprouvette.core.ins import key_of
from eprouvette.standards.conformance.cda import Cda, child, children, descend
from eprouvette.standards.conformance.findings import CRBIO, PRACTICE, STRUCTURE, Log, Rule
from eprouvette.standards.terminology import value_sets

_MATRICULE: Final = re.compile(r"[0-9]{6}[0-9AB][0-9]{8}")
_COUNTY: Final = re.compile(r"[0-9][0-9AB][0-9]{3}")
_BIRTH: Final = re.compile(r"[0-9]{4}([0-9]{2}([0-9]{2})?)?")

ID = Rule("PAT-01", "error", "Chaque identifiant de patient a une racine et une extension.", STRUCTURE)
NO_INS = Rule("PAT-02", "warning", "Le document ne porte pas d'INS : il ne peut pas aller au DMP.", PRACTICE)
MATRICULE = Rule("PAT-03", "error", "Le matricule INS n'a pas quinze caractères.", PRACTICE)
KEY = Rule("PAT-04", "warning", "La clé du matricule INS est fausse.", PRACTICE)
INS_ONCE = Rule("PAT-05", "error", "Le document porte plusieurs matricules INS.", PRACTICE)
INS_FIRST = Rule("PAT-06", "warning", "Le matricule INS doit précéder les identifiants locaux.", PRACTICE)
BIRTH_NAME = Rule("PAT-07", "error", "Avec un INS, le nom de naissance (family BR) est obligatoire.", STRUCTURE)
BIRTH_GIVEN = Rule(
    "PAT-08", "error", "Avec un INS, le premier prénom de naissance (given BR) est obligatoire.", STRUCTURE
)
ALL_GIVEN = Rule(
    "PAT-09",
    "error",
    "Avec un INS, la liste des prénoms de naissance (given sans qualifieur) est obligatoire.",
    STRUCTURE,
)
BIRTHPLACE = Rule(
    "PAT-10", "error", "Avec un INS, le code officiel géographique du lieu de naissance est obligatoire.", STRUCTURE
)
COUNTY = Rule("PAT-11", "error", "Le code officiel géographique doit avoir cinq caractères.", STRUCTURE)
QUALIFIER = Rule("PAT-12", "error", "Le nom du patient a pour qualifieur BR ou CL.", STRUCTURE)
GIVEN = Rule("PAT-13", "error", "Le prénom du patient a pour qualifieur BR, CL ou aucun.", STRUCTURE)
SEX = Rule("PAT-14", "error", "Le sexe doit être F, M ou UN (2.16.840.1.113883.5.1), jamais un nullFlavor.", STRUCTURE)
BIRTH = Rule("PAT-15", "error", "La date de naissance doit être AAAA, AAAAMM ou AAAAMMJJ, sans nullFlavor.", STRUCTURE)
GUARDIAN = Rule("PAT-16", "error", "Un tuteur est soit une personne nommée, soit une organisation.", STRUCTURE)
UNKNOWN = Rule(
    "PAT-17", "error", "Une adresse ou un telecom du patient à nullFlavor doit être le seul de son nom.", STRUCTURE
)
EMPTY_NAME = Rule("PAT-18", "error", "Une partie du nom du patient est vide.", CRBIO)
NAME = Rule("PAT-19", "error", "Le patient doit avoir un nom.", STRUCTURE)


def check(cda: Cda, log: Log) -> None:
    """The rules of ``recordTarget``, for N3 and N1."""
    role = descend(cda.root, "recordTarget", "patientRole")
    patient = child(role, "patient")
    if role is None or patient is None:
        log.add(NAME, cda.root)
        return
    qualified = _identifiers(role, log)
    _names(patient, log)
    _birth(patient, log)
    if qualified:
        _traits(patient, log)
    for name in ("addr", "telecom"):
        listed = children(role, name)
        if len(listed) > 1 and any(element.get("nullFlavor") for element in listed):
            log.add(UNKNOWN, listed[0])
    for guardian in children(patient, "guardian"):
        person = descend(guardian, "guardianPerson", "name")
        organization = child(guardian, "guardianOrganization")
        if (person is None) == (organization is None) or (person is not None and not children(person, "family")):
            log.add(GUARDIAN, guardian)


def _identifiers(role: etree._Element, log: Log) -> bool:
    """Check the identifiers; True when one of them is an INS."""
    listed = children(role, "id")
    national = [rank for rank, element in enumerate(listed) if element.get("root") in oids.INS_OIDS]
    if not listed:
        log.add(ID, role)
    for element in listed:
        if not element.get("root") or not element.get("extension"):
            log.add(ID, element)
    if not national:
        log.add(NO_INS, role)
        return False
    if len(national) > 1:
        log.add(INS_ONCE, role)
    if national[0] != 0:
        log.add(INS_FIRST, listed[national[0]])
    for rank in national:
        _matricule(listed[rank], log)
    return True


def _matricule(element: etree._Element, log: Log) -> None:
    number = element.get("extension", "")
    if not _MATRICULE.fullmatch(number):
        log.add(MATRICULE, element)
        return
    try:
        wanted = key_of(number[:13])
    except InvalidValueError:
        log.add(MATRICULE, element)
        return
    if wanted != number[13:]:
        log.add(KEY, element)


def _names(patient: etree._Element, log: Log) -> None:
    names = children(patient, "name")
    if not any(children(name, "family") for name in names):
        log.add(NAME, patient)
    for name in names:
        for family in children(name, "family"):
            if family.get("qualifier") not in {"BR", "CL"}:
                log.add(QUALIFIER, family)
        for given in children(name, "given"):
            if given.get("qualifier") not in {None, "BR", "CL"}:
                log.add(GIVEN, given)
        for part in name.iterchildren("*"):
            if not (part.text or "").strip() and part.get("nullFlavor") is None:
                log.add(EMPTY_NAME, part)


def _birth(patient: etree._Element, log: Log) -> None:
    sex, birth = child(patient, "administrativeGenderCode"), child(patient, "birthTime")
    if sex is None or sex.get("nullFlavor") or not value_sets.contains("J143", sex.get("codeSystem"), sex.get("code")):
        log.add(SEX, patient if sex is None else sex)
    if birth is None or birth.get("nullFlavor") or len(birth) or not _BIRTH.fullmatch(birth.get("value", "")):
        log.add(BIRTH, patient if birth is None else birth)


def _traits(patient: etree._Element, log: Log) -> None:
    names = children(patient, "name")
    qualified = {
        (part.tag.rpartition("}")[2], part.get("qualifier"))
        for name in names
        for part in name.iterchildren("*")
        if (part.text or "").strip()
    }
    for wanted, rule in ((("family", "BR"), BIRTH_NAME), (("given", "BR"), BIRTH_GIVEN), (("given", None), ALL_GIVEN)):
        if wanted not in qualified:
            log.add(rule, patient)
    county = descend(patient, "birthplace", "place", "addr", "county")
    if county is None:
        log.add(BIRTHPLACE, patient)
    elif not _COUNTY.fullmatch((county.text or "").strip()):
        log.add(COUNTY, county)
