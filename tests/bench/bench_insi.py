"""INSi: writing a question, reading an answer, and 100,000 identities verified one by one by a process of its own.

The service is a transport inside the process, so that the measure is ours alone. Names of the verification are
supposed (``docs/reference/insi.md``).
"""

from __future__ import annotations

import json
import resource
import ssl
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx

from eprouvette.core import oids
from eprouvette.core.ins import Ins
from eprouvette.standards.insi import search
from eprouvette.standards.insi.client import InsiClient
from eprouvette.standards.insi.envelope import Call, Software, request
from eprouvette.standards.insi.identity import Traits
from eprouvette.standards.insi.outcome import Confirmed
from eprouvette.standards.insi.verify import Candidate, PacedVerifier
from eprouvette.standards.soap import envelope
from eprouvette.standards.soap.envelope import Fault

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "insi"
IDENTITIES = 100_000
SOFTWARE = Software("Eprouvette", "1.0", "BANC", str(uuid.UUID(int=5)))
TRAITS = Traits("D'HAUTEVILLE", ("Lætitia", "Marie-Lou"), "F", "1979-03-28", "51215")
QUALIFIED = Traits("PAT-TROIS", ("DOMINIQUE", "MARIE-LOUISE"), "F", "1979-03-28", "51215")
INS = Ins("279035121518989", oids.INS_NIR_TEST)


def call() -> Call:
    return Call(str(uuid.uuid4()), str(uuid.uuid4()), datetime.now(UTC))


def median(act: Callable[[], object], rounds: int = 2000) -> float:
    spent = []
    for _ in range(rounds):
        start = time.perf_counter()
        act()
        spent.append((time.perf_counter() - start) * 1000)
    return statistics.median(spent)


def write() -> bytes:
    return request(call(), search.BY_TRAITS, "390999999", SOFTWARE, search.traits_body(TRAITS))


def read() -> object:
    body = envelope.read((GOLDEN / "answer_history.xml").read_bytes())
    return body if isinstance(body, Fault) else search.read(body, "simulator")


def run() -> dict[str, float]:
    """The long verification: seconds, of which of processor, verdicts, and peak memory of this process (MiB)."""
    answer = (GOLDEN / "answer_confirmed.xml").read_bytes()
    transport = httpx.MockTransport(lambda _: httpx.Response(200, stream=httpx.ByteStream(answer)))
    client = InsiClient(
        "https://insi.invalid/lps",
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
        emitter="390999999",
        software=SOFTWARE,
        profile="simulator",
        clock=time.monotonic,
        transport=transport,
    )
    paced = PacedVerifier(client.verify, call, per_second=10, clock=time.monotonic, sleep=lambda _: None)
    start, used = time.perf_counter(), time.process_time()
    confirmed = sum(isinstance(one.outcome, Confirmed) for one in paced.verify(candidates()))
    seconds, cpu = time.perf_counter() - start, time.process_time() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    client.close()
    return {"seconds": seconds, "cpu": cpu, "confirmed": confirmed, "peak": peak}


def candidates() -> Iterator[Candidate]:
    return (Candidate(str(number), INS, QUALIFIED) for number in range(IDENTITIES))


def measure() -> list[tuple[str, float, str, str]]:
    command = [sys.executable, __file__, "run"]
    seen = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    if seen["confirmed"] != IDENTITIES:
        raise RuntimeError(f"{seen['confirmed']:.0f} verdicts")
    return [
        ("INSi question by traits, written", median(write), "ms", ""),
        ("INSi answer with history, read", median(read), "ms", ""),
        ("INSi verification of 100,000, the service apart", seen["seconds"], "s", ""),
        ("INSi verification of 100,000, processor", seen["cpu"], "s", "< 60 s"),
        ("INSi verification of 100,000, peak memory", seen["peak"], "MiB", "≤ 300 MiB"),
    ]


if __name__ == "__main__":
    print(json.dumps(run()))
