"""Damages to what people read, to versions, screenings, ranges, priors, level 1 documents and self-presentable files.

Each names the document that it is done to (`support.damaged`), the damage, and the rule that must catch it.
"""

from __future__ import annotations

from collections.abc import Callable

from support.damages import CHAPTER, COMMENT, GLUCOSE, PRIOR
from support.damaging import (
    Damage,
    add,
    at,
    before,
    drop,
    empty,
    equal,
    put,
    put_below,
    rename,
    say,
    template,
    twice,
    unset,
)

RANGE = f"{GLUCOSE}/h:referenceRange/h:observationRange"
NARRATIVE = "//h:section[.//h:observation/h:code/@code='2345-7']/h:text"
ROW = (
    f"{NARRATIVE}//h:tr[.//h:content[@ID=substring-after(({GLUCOSE})[1]/h:code/h:originalText/h:reference/@value,'#')]]"
)
DOCUMENT = "/h:ClinicalDocument"
REASON = "//h:section[h:templateId/@root='1.2.250.1.213.1.1.2.128']"
VACCINES = "//h:section[h:templateId/@root='1.2.250.1.213.1.1.2.147']"
PROBLEM = f"{REASON}//h:observation[h:templateId/@root='2.16.840.1.113883.10.20.1.28']"
SIMPLE = f"{REASON}//h:observation[h:templateId/@root='1.3.6.1.4.1.19376.1.5.3.1.4.13']"
HPV = "//h:observation[h:code/@code='77379-6']"
REPLACES = '<relatedDocument typeCode="RPLC"><parentDocument><id root="1.2.3.4"/></parentDocument></relatedDocument>'
SECOND = '<translation value="13.2" code="mg/dL"/>'


TOLD: dict[str, tuple[str, Damage, str]] = {
    "the text says another value than the entry": ("routine", say(f"{ROW}/h:td[2]//h:content[@ID]", "13,2"), "NAR-07"),
    "the entry says another value than the text": ("routine", put(f"{GLUCOSE}/h:value", value="13.2"), "NAR-07"),
    "the text says another range than the entry": ("routine", say(f"{ROW}/h:td[5]", "0,07 – 0,11"), "NAR-08"),
    "the text says another prior than the entry": ("routine", put(f"{GLUCOSE}//h:entryRelationship//h:value",
                                                                  value="7.77"), "NAR-09"),
    "the text of a comment is empty": (
        "routine",
        lambda root: setattr(
            at(root, f"//*[@ID='{at(root, f'{COMMENT}/h:text/h:reference').get('value', '')[1:]}']"), "text", ""
        ),
        "NAR-10",
    ),
    "the name of an exam is empty": ("routine", empty(f"{ROW}/h:td[1]/h:content"), "NAR-11"),
    "the column of units is empty": ("routine", empty(f"{ROW}/h:td[3]"), "NAR-14"),
    "a script in the text": ("routine", add(f"{ROW}/h:td[1]", "<script>alert(1)</script>"), "STR-01"),
    "a frame in the text": ("routine", add(NARRATIVE, '<iframe src="http://x.example/"/>'), "STR-01"),
    "an action on a cell of the text": ("routine", put(f"{ROW}/h:td[1]", onclick="alert(1)"), "STR-03"),
    "a link of the text that acts": (
        "routine", add(f"{ROW}/h:td[1]", '<linkHtml href="javascript:alert(1)">x</linkHtml>'), "NAR-12",
    ),
    "a style in the text": ("routine", put(f"{ROW}/h:td[1]", style="display:none"), "STR-03"),
    "a section without text": ("routine", empty(NARRATIVE), "NAR-05"),
    "a prior of another test": ("routine", put(f"({PRIOR})[1]/h:code", code="718-7"), "RES-22"),
    "a prior without value": ("routine", drop(f"({PRIOR})[1]/h:value"), "RES-24"),
    "a prior with a templateId": (
        "routine", add(f"({PRIOR})[1]", '<templateId root="1.2.250.1.213.1.1.3.80"/>', 0), "RES-23",
    ),
    "a range turned round": ("routine", put(f"{RANGE}/h:value/h:low", value="99"), "VAL-07"),
    "a range of another unit": ("routine", put_below(f"{RANGE}/h:value", unit="mmol/L"), "RES-14"),
    "a range of two units": ("routine", put(f"{RANGE}/h:value/h:low", unit="mg/L"), "VAL-08"),
    "a range without value": ("routine", drop(f"{RANGE}/h:value"), "RES-18"),
    "a range of another mood": ("routine", put(RANGE, moodCode="EVN"), "RES-18"),
    "a second unit that contradicts": ("routine", add(f"{GLUCOSE}/h:value", SECOND), "VAL-14"),
    "a second unit that is none": (
        "routine", add(f"{GLUCOSE}/h:value", '<translation value="132" code="mg par dL"/>'), "VAL-04",
    ),
    "a first version that replaces": ("routine", before(f"{DOCUMENT}/h:componentOf", REPLACES), "HDR-18"),
    "a version that replaces itself": (
        "other",
        equal("//h:parentDocument/h:id", f"{DOCUMENT}/h:id", "root"),
        "HDR-17",
    ),
    "a version that replaces two documents": ("other", add("//h:parentDocument", '<id root="1.2.3.4"/>'), "HDR-17"),
    "a version that adds instead of replacing": ("other", put("//h:relatedDocument", typeCode="APND"), "HDR-17"),
    "a version without what it replaces": ("other", drop("//h:relatedDocument"), "HDR-16"),
    "a version zero": ("routine", put("//h:versionNumber", value="0"), "HDR-15"),
    "no set of versions": ("routine", drop(f"{DOCUMENT}/h:setId"), "HDR-20"),
    "a document whose id is a word": ("routine", put(f"{DOCUMENT}/h:id", root="rapport"), "HDR-08"),
    "an id without root": ("routine", unset("//h:participant/h:associatedEntity/h:id", "root"), "SHP-22"),
    "an id without extension": ("routine", unset("//h:representedOrganization/h:id", "extension"), "TYP-09"),
    "a bound without value": ("routine", unset("//h:serviceEvent/h:effectiveTime/h:low", "value"), "SHP-23"),
    "a period that ends before it begins": (
        "routine", put("//h:serviceEvent/h:effectiveTime/h:high", value="20200101080000+0100"), "SHP-04",
    ),
    "an encounter of no length": (
        "routine",
        equal("//h:encompassingEncounter/h:effectiveTime/h:high", "//h:encompassingEncounter/h:effectiveTime/h:low",
              "value"),
        "ACT-21",
    ),
    "a telecom said twice": (
        "routine", twice("//h:author//h:telecom"), "TYP-02",
    ),
    "an author without name": ("routine", drop("//h:author//h:assignedPerson/h:name"), "TYP-03"),
    "a code without system": ("routine", unset("//h:healthCareFacility/h:code", "codeSystem"), "TYP-08"),
    "an organism that SNOMED CT cannot have": (
        "urine", put("//h:specimenPlayingEntity/h:code", code="112283008"), "VAL-13",
    ),
    "a director without name": ("routine", drop("//h:performer//h:assignedPerson/h:name"), "ACT-12"),
    "a comment section of another code": (
        "routine", put("//h:section[h:code/@code='55112-7']/h:code", code="48767-8"), "BOD-25",
    ),
    "a sample received twice": (
        "routine", twice("//h:procedure/h:entryRelationship"), "SAM-22",
    ),
    "a battery of another mood": ("urine", put("//h:organizer[@classCode='BATTERY']", moodCode="EVN.CRT"), "RES-35"),
    "an unknown element": ("routine", rename(f"{GLUCOSE}/h:interpretationCode", "state"), "STR-01"),
    "an element short of a child": ("routine", drop("//h:observation/h:specimen/h:specimenRole"), "STR-02"),
    "an attribute lost": ("routine", unset(f"{GLUCOSE}/h:entryRelationship", "typeCode"), "STR-04"),
    "a content where none may be": ("routine", add(f"{GLUCOSE}/h:templateId", "<id/>"), "STR-06"),
    "a value of no type": ("routine", unset(f"{GLUCOSE}/h:value", "{http://www.w3.org/2001/XMLSchema-instance}type"),
                           "VAL-01"),
    "a code with a blank": ("routine", put(f"{GLUCOSE}/h:methodCode", code="G UR"), "STR-05"),
    "a screening of an unknown context": ("screening", put(f"{SIMPLE}/h:value", code="MED-9999"), "SCR-06"),
    "a screening test of an unknown result": ("screening", put(f"{HPV}/h:value", code="73211009"), "SCR-06"),
    "a screening kit outside its list": (
        "screening", put(f"{HPV}/h:participant[@typeCode='DEV']//h:code", code="KIT"), "SCR-06",
    ),
    "a medium outside its list": (
        "screening", put(f"{HPV}/h:participant[@typeCode='CSM']//h:code", code="GEN-1"), "SCR-06",
    ),
    "a site outside its list": ("screening", put("//h:procedure/h:targetSiteCode", code="73211009"), "SCR-06"),
    "a screening that looks for nothing": ("screening", drop(f"{REASON}/h:entry[.//h:low]"), "SCR-04"),
    "a reason of another code": ("screening", put(f"{REASON}/h:code", code="11369-6"), "SCR-05"),
    "a reason without a templateId": ("screening", template(REASON, "1.3.6.1.4.1.19376.1.5.3.1.3.1"), "SCR-05"),
    "a context without time": ("screening", drop(f"{SIMPLE}/h:effectiveTime"), "SCR-01"),
    "what is looked for since no time": ("screening", unset(f"{PROBLEM}//h:low", "nullFlavor"), "SCR-03"),
    "what is looked for without words": ("screening", drop(f"{PROBLEM}/h:value/h:originalText"), "SCR-03"),
    "vaccinations without any": ("screening", drop(f"{VACCINES}/h:entry"), "SCR-07"),
    "a vaccination neither done nor not": (
        "screening", unset(f"{VACCINES}//h:substanceAdministration", "negationInd"), "SCR-09",
    ),
    "a vaccination without product": ("screening", template(f"{VACCINES}//h:manufacturedProduct",
                                                            "1.3.6.1.4.1.19376.1.5.3.1.4.7.2"), "SCR-10"),
    "a vaccination without time": ("screening", drop(f"{VACCINES}//h:substanceAdministration/h:effectiveTime"),
                                   "SCR-08"),
    "level 1: no PDF": ("n1", drop("//h:nonXMLBody/h:text"), "ATT-10"),
    "level 1: a PDF that is not one": ("n1", say("//h:nonXMLBody/h:text", "AAAAAAAA"), "ATT-06"),
    "level 1: not in base 64": ("n1", unset("//h:nonXMLBody/h:text", "representation"), "ATT-10"),
    "level 1: CR-BIO declared": ("n1", add(DOCUMENT, '<templateId root="1.3.6.1.4.1.19376.1.3.3"/>', 3), "HDR-07"),
    "level 1: not declared": ("n1", template(DOCUMENT, "1.3.6.1.4.1.19376.1.2.20"), "HDR-07"),
    "level 1: the birth name is missing": ("n1", drop("//h:patient/h:name/h:family[@qualifier='BR']"), "PAT-07"),
    "level 1: a custodian with a local OID": (
        "n1", put("//h:representedCustodianOrganization/h:id", root="1.2.3.4"), "PEO-08",
    ),
    "level 1: a time has no offset": ("n1", put(f"{DOCUMENT}/h:effectiveTime", value="20260312095200"), "SHP-02"),
    "2021.01: a chapter without a templateId": ("2021", template(CHAPTER, "1.2.250.1.213.1.1.2.70"), "BOD-05"),
    "2021.01: a foreign code under the act": ("2021", put(f"{GLUCOSE}/h:code", codeSystem="1.2.3.4"), "RES-05"),
    "2021.01: an unknown section": (
        "2021", put("//h:structuredBody/h:component[last()]/h:section/h:templateId", root="1.2.3.4"), "BOD-22",
    ),
    "2021.01: an interpretation outside its list": ("2021", put(f"{GLUCOSE}/h:interpretationCode", code="ZZ"),
                                                    "RES-15"),
    "2021.01: the text says another value": ("2021", say(f"{ROW}/h:td[2]//h:content[@ID]", "13,2"), "NAR-07"),
}  # fmt: skip

Raw = Callable[[bytes], bytes]


def replacing(old: bytes, new: bytes) -> Raw:
    """The first ``old`` becomes ``new``; it must be there."""

    def damage(data: bytes) -> bytes:
        assert old in data
        return data.replace(old, new, 1)

    return damage


SHEET: dict[str, tuple[Raw, str]] = {
    "23 an xsi:type without prefix": (replacing(b'xsi:type="c:PQ"', b'xsi:type="PQ"'), "STR-07"),
    "a sheet that includes another": (
        replacing(b"</xsl:stylesheet>", b'<xsl:include href="http://x.example/y.xsl"/></xsl:stylesheet>'), "ATT-12",
    ),
    "a sheet that imports another": (
        replacing(b"<data:Contenu>", b'<xsl:import href="y.xsl"/><data:Contenu>'), "ATT-12",
    ),
    "a sheet that reads another file": (
        replacing(
            b"</xsl:stylesheet>",
            b"<xsl:template name=\"x\"><xsl:copy-of select=\"document('file:///etc/passwd')\"/></xsl:template>"
            b"</xsl:stylesheet>",
        ),
        "ATT-12",
    ),
    "a sheet that writes a script": (
        replacing(b"</xsl:stylesheet>",
                  b'<xsl:template name="x"><script>alert(1)</script></xsl:template></xsl:stylesheet>'), "ATT-14",
    ),
    "a sheet that writes a picture of the web": (
        replacing(b"</xsl:stylesheet>",
                  b'<xsl:template name="x"><img src="https://x.example/a.png"/></xsl:template></xsl:stylesheet>'),
        "ATT-14",
    ),
    "a sheet that writes an action": (
        replacing(b"</xsl:stylesheet>",
                  b'<xsl:template name="x"><p onclick="alert(1)"/></xsl:template></xsl:stylesheet>'), "ATT-14",
    ),
    "a sheet with a font of the web": (
        replacing(b"</xsl:stylesheet>",
                  b'<xsl:template name="x"><style>@import "https://x.example/a.css";</style></xsl:template>'
                  b"</xsl:stylesheet>"), "ATT-14",
    ),
    "a document that is not first in its sheet": (
        replacing(b"<data:Contenu>", b'<xsl:output method="html"/><data:Contenu>'), "ATT-11",
    ),
    "a document shown by another sheet": (replacing(b'href="#', b'href="http://x.example/'), "ATT-13"),
    "a document altered in its sheet": (replacing(b'value="1.32"', b'value="13.2"'), "NAR-07"),
}  # fmt: skip
