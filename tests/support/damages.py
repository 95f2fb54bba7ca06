"""Ways to damage a valid report, each with the rule of ours that must catch it.

`BLIND_SPOTS` are faults that the official rules let through (digest ``cr-bio.md`` 10); `TRAPS` those that a naive
writer falls into; `RICH` damage what only microbiology, pictures and other laboratories have. What is read, signed,
screened or printed is damaged in `support.told_damages` and `support.pdf_damages`.
"""

from __future__ import annotations

from support.damaging import Damage, add, at, drop, move_last, put, say, template, unset

GLUCOSE = "//h:observation[h:code/@code='2345-7'][h:templateId]"
PRIOR = "//h:entryRelationship[@typeCode='REFR']/h:observation"
BATTERY_RESULT = "//h:organizer[@classCode='BATTERY']/h:component/h:observation"
SAMPLE = "//h:procedure"
COMMENT = "//h:act[h:code/@code='48767-8']"
CHAPTER = "/h:ClinicalDocument/h:component/h:structuredBody/h:component[1]/h:section"
PERFORMER = "//h:serviceEvent[1]/h:performer"
RESPONSIBLE = "//h:responsibleParty/h:assignedEntity"
COPY = "//h:section[h:templateId/@root='1.2.250.1.213.1.1.2.243']"

BLIND_SPOTS: dict[str, tuple[Damage, str]] = {
    "the CR-BIO templateId is missing": (template("/h:ClinicalDocument", "1.2.250.1.213.1.1.1.55"), "HDR-05"),
    "the CI-SIS templateId of a result is missing": (template(GLUCOSE, "1.2.250.1.213.1.1.3.80"), "RES-01"),
    "a time has no offset": (put(f"{GLUCOSE}/h:effectiveTime", value="20260312095200"), "SHP-02"),
    "the document's time has no offset": (put("/h:ClinicalDocument/h:effectiveTime", value="20260312095200"), "SHP-02"),
    "a time has fractional seconds": (put(f"{GLUCOSE}/h:effectiveTime", value="20260312095200.123+0100"), "SHP-03"),
    "the status of the act is missing": (drop("//lab:statusCode"), "ACT-06"),
    "the order is missing": (drop("//h:inFulfillmentOf"), "ACT-01"),
    "the unit is missing": (unset(f"{GLUCOSE}/h:value", "unit"), "RES-13"),
    "a unit of another kind than the code says": (put(f"{GLUCOSE}/h:value", unit="mmol/L"), "RES-34"),
    "a reference leads nowhere": (put(f"{GLUCOSE}/h:code/h:originalText/h:reference", value="#nowhere"), "NAR-01"),
    "version 2 replaces nothing": (put("//h:versionNumber", value="2"), "HDR-16"),
    "the prescriber is absent": (drop("//h:participant[@typeCode='REF']"), "PEO-18"),
    "the INS has 14 characters": (put("//h:patientRole/h:id", extension="27903512151898"), "PAT-03"),
    "there is no INS": (drop("//h:patientRole/h:id[1]"), "PAT-02"),
    "a range has no interpretation": (drop("//h:observationRange/h:interpretationCode"), "RES-19"),
    "one prior among several is not completed": (put(f"({PRIOR})[2]/h:statusCode", code="active"), "RES-20"),
    "one prior among several has no time": (drop(f"({PRIOR})[2]/h:effectiveTime"), "RES-21"),
    "an image has no ID": (
        add(
            "//h:organizer[@classCode='BATTERY']",
            '<component><observationMedia classCode="OBS" moodCode="EVN"><templateId '
            'root="2.16.840.1.113883.10.12.304"/><templateId root="1.2.250.1.213.1.1.3.103"/><value '
            'mediaType="image/png" representation="B64">iVBORw0KGgo=</value></observationMedia></component>',
        ),
        "ATT-07",
    ),
    "a foreign code stands directly under the act": (put(f"{GLUCOSE}/h:code", codeSystem="1.2.3.4"), "RES-05"),
    "a LOINC code does not exist": (put(f"{GLUCOSE}/h:code", code="2345-8"), "VAL-11"),
}

TRAPS: dict[str, tuple[Damage, str]] = {
    "1 value after its place": (move_last(f"{GLUCOSE}/h:value"), "STR-01"),
    "1 header out of order": (move_last("/h:ClinicalDocument/h:id"), "STR-01"),
    "2 another title": (say("/h:ClinicalDocument/h:title", "Compte rendu d’examens biologiques"), "HDR-10"),
    "2 another name of the code": (put("/h:ClinicalDocument/h:code", displayName="CR"), "HDR-09"),
    "3 a title as civility": (say("//h:author//h:prefix", "DR"), "SHP-11"),
    "3 a civility in words": (say("//h:author//h:prefix", "Mme"), "SHP-11"),
    "3 a suffix outside its list": (say("//h:author//h:suffix", "Docteur"), "SHP-12"),
    "4 the list of given names is missing": (drop("//h:patient/h:name/h:given[not(@qualifier)]"), "PAT-09"),
    "4 the birth name is missing": (drop("//h:patient/h:name/h:family[@qualifier='BR']"), "PAT-07"),
    "4 the first given name is missing": (drop("//h:patient/h:name/h:given[@qualifier='BR']"), "PAT-08"),
    "4 the place of birth has no code": (drop("//h:birthplace//h:county"), "PAT-10"),
    "5 a family name without qualifier": (unset("//h:patient/h:name/h:family", "qualifier"), "PAT-12"),
    "5 a spouse's name": (put("//h:patient/h:name/h:family", qualifier="SP"), "PAT-12"),
    "6 a telecom without scheme": (put("//h:patientRole/h:telecom", value="0647150000"), "SHP-05"),
    "6 a telecom with value and nullFlavor": (put("//h:patientRole/h:telecom", nullFlavor="UNK"), "SHP-06"),
    "7 a date instead of a period": (put("//h:serviceEvent/h:effectiveTime", value="20260312"), "ACT-09"),
    "7 a performer without time": (drop(f"{PERFORMER}/h:time"), "ACT-12"),
    "7 a performer without address": (drop(f"{PERFORMER}/h:assignedEntity/h:addr"), "ACT-12"),
    "7 a laboratory without setting": (drop(f"{PERFORMER}//h:standardIndustryClassCode"), "ACT-13"),
    "8 a responsible without RPPS": (put(f"{RESPONSIBLE}/h:id", root="1.2.3.4"), "ACT-16"),
    "8 a responsible without code": (drop(f"{RESPONSIBLE}/h:code"), "ACT-17"),
    "8 an encounter code without name": (unset("//h:encompassingEncounter/h:code", "displayName"), "ACT-15"),
    "8 a facility outside its list": (put("//h:healthCareFacility/h:code", code="SA99"), "ACT-19"),
    "9 a custodian with a local OID": (put("//h:representedCustodianOrganization/h:id", root="1.2.3.4"), "PEO-08"),
    "10 a validator without templateId": (drop("//h:authenticator/h:templateId"), "PEO-14"),
    "10 a validator without telecom": (drop("//h:authenticator/h:assignedEntity/h:telecom"), "PEO-16"),
    "11 an active result": (put(f"{GLUCOSE}/h:statusCode", code="active"), "RES-10"),
    "11 a code without words": (drop(f"{GLUCOSE}/h:code/h:originalText"), "RES-07"),
    "11 two ranges": (
        add(GLUCOSE, '<referenceRange><observationRange><value xsi:type="ST" '
            'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">x</value></observationRange></referenceRange>'),
        "RES-17",
    ),
    "12 a local code in a battery": (put(f"{BATTERY_RESULT}/h:code", codeSystem="1.2.3.4"), "RES-05"),
    "12 a translation without name": (unset("//h:translation", "displayName"), "RES-09"),
    "13 a chapter with text and sub-chapters": (add(CHAPTER, "<text>x</text>", 3), "BOD-08"),
    "13 a sub-chapter without entry": (drop(f"{CHAPTER}/h:component/h:section/h:entry"), "BOD-10"),
    "13 a section code that is not LOINC": (
        put(f"{CHAPTER}/h:component/h:section/h:code", codeSystem="1.2.250.1.213.1.1.5.130"), "BOD-11",
    ),
    "14 templateIds on the act": (template("//h:entry[h:act]", "1.3.6.1.4.1.19376.1.3.1"), "BOD-13"),
    "14 an entry without type": (unset("//h:entry[h:act]", "typeCode"), "BOD-14"),
    "15 an isolate without organism or status": (
        add("//h:act[h:statusCode]", '<entryRelationship typeCode="COMP"><organizer classCode="CLUSTER" moodCode="EVN">'
            '<templateId root="1.3.6.1.4.1.19376.1.3.1.5"/><templateId root="1.2.250.1.213.1.1.3.79"/></organizer>'
            "</entryRelationship>"),
        "RES-29",
    ),
    "16 a sample with two ids": (add("//h:participantRole[@classCode='SPEC']", '<id root="1.2" extension="3"/>', 0),
                                 "SAM-06"),
    "16 a sample without time": (drop(f"{SAMPLE}/h:effectiveTime"), "SAM-03"),
    "16 a sample without product": (drop(f"{SAMPLE}/h:participant"), "SAM-05"),
    "16 the corrected OID of reception": (
        put("//h:code[@code='SPRECEIVE']", codeSystem="1.3.6.1.4.1.19376.1.5.3.2"), "SAM-11",
    ),
    "17 a comment without a templateId": (drop(f"{COMMENT}/h:templateId[2]"), "SAM-13"),
    "17 a comment without text": (drop(f"{COMMENT}/h:text"), "SAM-15"),
    "18 no PDF copy": (drop(f"/h:ClinicalDocument/h:component/h:structuredBody/h:component[h:section={COPY}]"),
                       "BOD-04"),
    "18 another title of the copy": (say(f"{COPY}/h:title", "Copie"), "ATT-01"),
    "18 a media without representation": (unset("//h:observationMedia/h:value", "representation"), "ATT-05"),
    "18 a PDF that is not one": (say("//h:observationMedia/h:value", "AAAAAAAA"), "ATT-06"),
    "19 an unknown interpretation": (put(f"{GLUCOSE}/h:interpretationCode", code="ZZ"), "RES-15"),
    "19 an interpretation without system": (unset(f"{GLUCOSE}/h:interpretationCode", "codeSystem"), "RES-15"),
    "20 a unit outside the list": (put(f"{GLUCOSE}/h:value", unit="G/l"), "VAL-04"),
    "21 an incomplete confidentiality": (unset("//h:confidentialityCode", "displayName"), "HDR-12"),
    "21 a language without country": (put("//h:languageCode", code="fr"), "HDR-13"),
    "22 an unknown section": (put(f"{COPY}/h:templateId", root="1.2.3.4"), "BOD-03"),
    "a comma in a number": (put(f"{GLUCOSE}/h:value", value="1,32"), "VAL-03"),
    "a value on an aborted result": (put(f"{GLUCOSE}/h:statusCode", code="aborted"), "RES-11"),
    "a duplicate ID": (
        lambda root: at(root, "(//*[@ID])[1]").set("ID", at(root, "(//*[@ID])[last()]").get("ID", "")),
        "NAR-02",
    ),
}  # fmt: skip

ISOLATE = "//h:organizer[@classCode='CLUSTER'][h:specimen]"
ANTIBIOGRAM = f"{ISOLATE}//h:organizer[@classCode='BATTERY']"
PICTURE = "//h:observationMedia[h:templateId]"
SCANNED = "//h:section[h:templateId/@root='1.2.250.1.213.1.1.2.60']"
OTHER = "//h:structuredBody//h:performer"

RICH: dict[str, tuple[str, Damage, str]] = {
    "an isolate without its templateIds": ("urine", drop(f"{ISOLATE}/h:templateId"), "RES-25"),
    "an isolate without status": ("urine", drop(f"{ISOLATE}/h:statusCode"), "RES-26"),
    "an isolate without specimen": ("urine", drop(f"{ISOLATE}/h:specimen"), "RES-29"),
    "an isolate whose specimen has no id": ("urine", drop(f"{ISOLATE}/h:specimen//h:id"), "RES-30"),
    "an organism of a local code": ("urine", put(f"{ISOLATE}/h:specimen//h:code", codeSystem="1.2.3"), "RES-31"),
    "a translation that is not NCBI": ("urine", put(f"{ISOLATE}//h:translation", codeSystem="1.2.3"), "RES-32"),
    "an antibiogram of a foreign code": ("urine", put(f"{ANTIBIOGRAM}/h:code", codeSystem="1.2.3.4"), "RES-28"),
    "an antibiogram without status": ("urine", drop(f"{ANTIBIOGRAM}/h:statusCode"), "RES-26"),
    "a susceptibility outside its list": ("urine", put(f"{ANTIBIOGRAM}//h:interpretationCode", code="RES"), "RES-15"),
    "a picture without ID": ("curve", unset(PICTURE, "ID"), "ATT-07"),
    "a picture without its templateIds": ("curve", drop(f"{PICTURE}/h:templateId"), "ATT-08"),
    "a picture of another type": ("curve", put(f"{PICTURE}/h:value", mediaType="image/svg+xml"), "ATT-09"),
    "a picture that the text does not show": ("curve", put("//h:renderMultiMedia", referencedObject="x"), "NAR-04"),
    "a joined document without content": ("other", drop(f"{SCANNED}//h:component[h:observationMedia]"), "ATT-04"),
    "a joined document without type": ("other", drop(f"{SCANNED}//h:component[h:observation]"), "ATT-03"),
    "another laboratory without telecom": ("other", drop(f"{OTHER}//h:representedOrganization/h:telecom"), "BOD-24"),
    "another laboratory without address": ("other", drop(f"{OTHER}//h:representedOrganization/h:addr"), "BOD-24"),
    "a subject that does not say what it is": ("tick", drop("//h:relatedSubject/h:code"), "SAM-19"),
    "a subject whose code says nothing": ("tick", drop("(//h:relatedSubject)[1]/h:code/h:originalText"), "SAM-19"),
    "a subject with a templateId that cannot be satisfied": (
        "tick",
        add("//h:subject", '<templateId root="1.3.6.1.4.1.19376.1.3.3.1.2.1"/>', 0),
        "SAM-20",
    ),
    "a subject on the act": (
        "tick",
        add("//h:entry/h:act", '<subject><relatedSubject><code code="1"/></relatedSubject></subject>', 2),
        "SAM-21",
    ),
}
