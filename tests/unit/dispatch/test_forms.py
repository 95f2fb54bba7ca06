"""Which form leaves, what goes with it, what the official rules judge: tables, walked whole."""

from __future__ import annotations

from eprouvette.exchange.dispatch.forms import PARCELS, form_of, needing, version_judged
from eprouvette.lab.validation.forms import CODES
from eprouvette.lab.validation.models import ReleasedDocument
from eprouvette.standards.crbio import PROFILES


def test_every_form_that_may_be_made_has_a_name_and_a_parcel() -> None:
    assert set(CODES) | {"pdf"} == set(ReleasedDocument.Form.values)
    assert set(PARCELS) == set(CODES)
    assert len(CODES) == 4 * len(PROFILES)


def test_the_default_leaves_alone_and_the_first_wave_as_a_pair() -> None:
    assert form_of("mss_pro", "2024.01") == "n3_xsl"
    assert PARCELS["n3_xsl"].second is None
    assert PARCELS["n3_xsl"].judged == ("n3",)
    older = form_of("mss_pro", "2021.01")
    assert (older, PARCELS[older].second) == ("n3_xsl_2021", "n1_xsl_2021")
    assert PARCELS[older].judged == ("n3_2021", "n1_2021")


def test_a_verdict_is_awaited_by_the_forms_that_hold_the_judged_document() -> None:
    assert needing("n3") == ("n3", "n3_xsl")
    assert set(needing("n1_2021")) == {"n3_2021", "n3_xsl_2021", "n1_2021", "n1_xsl_2021"}
    assert {form: version_judged(form) for form in ("n3", "n1", "n3_2021", "n1_2021")} == {
        "n3": "2024.01",
        "n1": "2024.01",
        "n3_2021": "2021.01",
        "n1_2021": "2021.01",
    }
