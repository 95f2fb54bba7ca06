"""Every fault and every HTTP answer of INSi is typed, with what a person can do."""

from __future__ import annotations

import re
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from eprouvette.standards.insi.envelope import outcome_of
from eprouvette.standards.insi.outcome import (
    CONFIGURATION,
    TRANSIENT,
    UNKNOWN_ATTEMPTS,
    ConfigurationFault,
    Failure,
    RequestRefused,
    ServiceClosed,
    TransientFault,
    Unusable,
    from_fault,
    from_status,
)
from eprouvette.standards.soap.envelope import Fault


@pytest.mark.parametrize("code", sorted(CONFIGURATION))
@pytest.mark.parametrize("place", ["subcode", "detail"])
def test_a_fault_of_configuration_is_known_by_either_code_and_stops_a_run(code: str, place: str) -> None:
    subcode, detail = (code, "") if place == "subcode" else ("", code)
    outcome = from_fault("Receiver", subcode, detail, "mots")
    assert isinstance(outcome, ConfigurationFault)
    assert (outcome.permanent, outcome.stops, outcome.code) == (True, True, code)
    assert outcome.remedy


@pytest.mark.parametrize("code", sorted(TRANSIENT))
def test_a_technical_error_is_tried_again_without_bound(code: str) -> None:
    outcome = from_fault("Receiver", "", code, "mots")
    assert isinstance(outcome, TransientFault)
    assert (outcome.permanent, outcome.attempts) == (False, 0)


def test_capitals_of_a_code_change_nothing() -> None:
    assert isinstance(from_fault("Sender", "", "DESIR_560", "mots"), ConfigurationFault)


def test_an_unknown_code_of_the_bus_is_tried_three_times() -> None:
    assert from_fault("Sender", "siram_77", "desir_1", "mots") == TransientFault(
        "siram_77 / desir_1", "mots", attempts=UNKNOWN_ATTEMPTS
    )


def test_another_fault_of_the_sender_is_refused_for_good() -> None:
    assert from_fault("Sender", "", "x_1", "mots") == RequestRefused("x_1", "mots")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (200, Unusable),
        (204, Unusable),
        (302, ConfigurationFault),
        (400, ConfigurationFault),
        (401, ConfigurationFault),
        (403, ConfigurationFault),
        (404, ConfigurationFault),
        (408, TransientFault),
        (429, TransientFault),
        (500, TransientFault),
        (502, TransientFault),
        (503, ServiceClosed),
        (504, TransientFault),
    ],
)
def test_an_http_answer_without_soap_is_typed(status: int, kind: type[Failure]) -> None:
    assert type(from_status(status, None)) is kind


def test_a_closed_service_says_until_when() -> None:
    assert from_status(503, 1800) == ServiceClosed(1800)
    assert from_status(429, 30) == TransientFault("HTTP 429", "INSi demande de ralentir.", 30)


def test_each_failure_says_whether_to_try_again_and_what_to_do() -> None:
    for kind in get_args(Failure):
        assert isinstance(kind.permanent, bool)
        assert isinstance(kind.stops, bool)
        assert "remedy" in kind.__dataclass_fields__


@given(st.text(max_size=8), st.text(max_size=12), st.text(max_size=12), st.text(max_size=40))
def test_any_fault_is_typed_and_has_its_remedy(code: str, subcode: str, detail: str, text: str) -> None:
    outcome = from_fault(code, subcode, detail, text)
    assert re.search(r"\w", outcome.remedy)


def test_a_fault_without_detail_or_with_a_strange_one_is_typed() -> None:
    strange = etree.fromstring("<a code='desir_550'/>")
    for detail in (None, strange):
        outcome = outcome_of(Fault("Receiver", "siram_40", "panne", detail))
        assert isinstance(outcome, TransientFault)
        assert outcome.code == "siram_40"
