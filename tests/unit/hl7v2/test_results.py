"""Result messages: each value with its place, each fault with its location and code."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from eprouvette.standards.hl7v2 import er7
from eprouvette.standards.hl7v2.ack import Problem, answer
from eprouvette.standards.hl7v2.errors import Hl7Error
from eprouvette.standards.hl7v2.oru import read_results

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
LINES = [
    "MSH|^~\\&|MW|LAB|SGL|LABO|20261123094000+0100||ORU^R01^ORU_R01|42|P|2.5|||||FRA|UNICODE UTF-8",
    "OBR|1|P-1|D26-0001|BIO",
    "OBX|1|NM|GLU^Glucose^99LABO^2345-7^Glucose^LN||1.32|g/L||H|||F|||20261123093000+0100",
    "NTE|1||à jeun",
    "OBX|2|SN|CRP^CRP^99LABO||<^0.6|mg/L|||||F",
    "SPM|1|T-1^T-2||SER",
]


def message(changes: dict[int, str] | None = None) -> er7.Message:
    lines = list(LINES)
    for rank, line in (changes or {}).items():
        lines[rank] = line
    return er7.parse("\r".join(line for line in lines if line))


def test_the_values_of_a_message_come_with_codes_units_times_and_notes() -> None:
    read = read_results(message())
    glucose, crp = read.values
    assert glucose.codes == (("GLU", "99LABO"), ("2345-7", "LN"))
    assert (glucose.value, glucose.unit, glucose.flags, glucose.comment) == ("1.32", "g/L", "H", "à jeun")
    assert glucose.measured_at == datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
    assert crp.value == "<0.6"
    assert read.order_numbers == ("P-1", "D26-0001")
    assert read.specimens == ("T-1", "T-2")


def test_the_examples_carry_every_kind_of_value() -> None:
    values = [
        value
        for path in sorted(EXAMPLES.glob("*.hl7"))
        for value in read_results(er7.parse(path.read_bytes().decode())).values
    ]
    assert {value.type for value in values} == {"NM", "TX", "SN", "CE"}
    assert {"<0.6", "1/160", "Négatif"} <= {value.value for value in values}


@pytest.mark.parametrize(
    ("changes", "location", "condition"),
    [
        ({0: LINES[0].replace("|42|", "||")}, "MSH^1^10", 101),
        ({0: LINES[0].replace("ORU^R01", "ADT^A01")}, "MSH^1^9", 200),
        ({0: LINES[0].replace("R01^ORU", "R03^ORU")}, "MSH^1^9", 201),
        ({0: LINES[0].replace("|2.5|", "|9.9|")}, "MSH^1^12", 203),
        ({1: ""}, "OBR", 100),
        ({2: "", 4: ""}, "OBX", 100),
        ({2: "OBX|1|NM|||1.32|g/L|||||F"}, "OBX^1^3", 101),
        ({4: "OBX|2|SN|CRP^CRP||<^0.6|mg/L|||||U"}, "OBX^2^11", 103),
        ({4: "OBX|2|ED|CRP^CRP||x|mg/L|||||F"}, "OBX^2^2", 103),
        ({2: "OBX|1|NM|GLU^G||1.32|g/L|||||F|||20261399"}, "OBX^1^14", 102),
    ],
)
def test_each_fault_names_its_place_and_its_code(changes: dict[int, str], location: str, condition: int) -> None:
    with pytest.raises(Hl7Error) as caught:
        read_results(message(changes))
    assert (caught.value.location, caught.value.condition) == (location, condition)


def test_an_answer_swaps_sender_and_receiver_and_names_the_fault() -> None:
    at = datetime(2026, 11, 23, 9, tzinfo=UTC)
    problem = Problem("OBX^2^5", 102, "La valeur n'est pas un nombre.")
    reply = er7.parse(answer(message().header, "AE", control_id="X1", at=at, problem=problem).decode())
    head, acknowledgement, error = reply.segments
    assert [head.text(number) for number in (3, 4, 5, 6)] == ["SGL", "LABO", "MW", "LAB"]
    assert head.raw(9) == "ACK^R01^ACK"
    assert (acknowledgement.text(1), acknowledgement.text(2)) == ("AE", "42")
    assert (error.raw(2), error.text(3), error.text(8)) == ("OBX^2^5", "102", problem.sentence)
