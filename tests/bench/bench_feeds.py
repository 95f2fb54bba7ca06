"""Identity messages a second: an admission of a person unknown, then of one known, received and answered.

One connection, in an embedded PostgreSQL of its own that syncs its commits as in a laboratory.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from eprouvette.foundation.database.embedded import EmbeddedDatabase
from eprouvette.project import boot

MESSAGES = int(os.environ.get("EPROUVETTE_BENCH_MESSAGES", "600"))
Row = tuple[str, float, str, str]


def measure() -> list[Row]:
    """In a process of its own: Django keeps the database that it began with."""
    done = subprocess.run([sys.executable, __file__], check=True, capture_output=True, text=True)
    return [tuple(row) for row in json.loads(done.stdout)]


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="eprouvette-bench-") as folder:
        embedded = EmbeddedDatabase(Path(folder))
        os.environ |= {"EPROUVETTE_DATA": folder, "DATABASE_URL": embedded.start()}
        try:
            boot.setup(migrate=True)
            print(json.dumps(asked()))
        finally:
            embedded.stop()


def asked() -> list[Row]:
    from support import feeds

    feeds.declared(contract=True)
    will = "ZFA|ACTIF|20261106|||||||INO|20261106101500|IC|20261106101500"
    kinds = {
        "ADT A28, person unknown": [feeds.message("A28", feeds.pid(str(rank))) for rank in range(MESSAGES)],
        "ADT A31, person known": [
            feeds.message("A31", feeds.pid(str(rank)), at="20261106110000") for rank in range(MESSAGES)
        ],
        "ADT A01 with movement and will": [
            feeds.message(
                "A01",
                feeds.pid(str(rank)),
                feeds.pv1(visit=f"V{rank}"),
                feeds.zbe(f"M{rank}"),
                will,
                at="20261106120000",
            )
            for rank in range(MESSAGES)
        ],
    }
    return [(name, received(messages), "messages/s", "aim ≥ 150") for name, messages in kinds.items()]


def received(messages: list[bytes]) -> float:
    from eprouvette.exchange.intake import services

    start = time.perf_counter()
    for raw in messages:
        if b"MSA|AA" not in services.receive(raw, peer="bench"):
            raise RuntimeError
    return len(messages) / (time.perf_counter() - start)


if __name__ == "__main__":
    main()
