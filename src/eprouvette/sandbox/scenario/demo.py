"""``eprouvette demo``: the demonstration laboratory in a browser, with the simulated country beside it.

Everything stays in one folder, so that the next start finds the same laboratory.
"""

from __future__ import annotations

import json
import os
import signal
import threading
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from eprouvette.core.env import Env
from eprouvette.project.readers import data_folder
from eprouvette.sandbox.population.cards import card, insert
from eprouvette.sandbox.population.people import population
from eprouvette.sandbox.scenario.installation import Installation
from eprouvette.sandbox.scenario.processes import ProcessError
from eprouvette.sandbox.scenario.report import EXAMPLES, EXAMS, ORDER, PANELS, RECEIVED_AT, TUBES, send_messages

PASSWORDS = "demonstration.json"
CORPUS_SEED = 7
CULTURE_ORDER = "D26-0004"
"""The order of the urine culture of ``examples/microbiologie``."""


@click.command()
@click.option(
    "--data", type=click.Path(path_type=Path), help="Dossier de la démonstration (gardé d'une fois sur l'autre)."
)
@click.option("--throwaway", is_flag=True, help="Effacer la base à la fin.")
@click.option("--port", default=8000, show_default=True, help="Port des pages.")
@click.option("--dossiers", default=24, show_default=True, help="Dossiers fictifs de plus, au premier lancement.")
def demo(data: Path | None, port: int, dossiers: int, *, throwaway: bool) -> None:
    """Ouvrir le laboratoire de démonstration dans un navigateur."""
    folder = data or data_folder(Env(os.environ)) / "demonstration"
    with Installation(folder, throwaway=throwaway) as installation:
        accounts = _furnish(installation, folder, dossiers)
        installation.processes.start("web", "web", "--port", str(port))
        _until_it_answers(installation, f"http://127.0.0.1:{port}/sante")
        _welcome(installation, accounts, port)
        _until_stopped(installation)


def _furnish(installation: Installation, folder: Path, dossiers: int) -> dict[str, str]:
    """Make the laboratory and its dossiers at the first start; returns the passwords of the accounts."""
    from eprouvette.lab.identity import cog
    from eprouvette.lab.orders.models import Dossier
    from eprouvette.sandbox.corpus.desk import furnish
    from eprouvette.sandbox.scenario.laboratory import (
        PROVISIONAL,
        patient_of_demonstration,
        prepare,
        register,
    )

    laboratory = prepare()
    kept = folder / PASSWORDS
    accounts: dict[str, str] = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    accounts |= laboratory.passwords
    kept.touch(mode=0o600)
    kept.write_text(json.dumps(accounts), encoding="utf-8")
    if Dossier.objects.exists():
        return accounts
    cog.load_shipped(actor="system:demonstration")
    first = register(
        laboratory,
        patient_of_demonstration(),
        PANELS,
        exams=EXAMS,
        order_number=ORDER,
        tubes=TUBES,
        received_at=RECEIVED_AT,
    )
    later = RECEIVED_AT + timedelta(minutes=25)
    register(laboratory, first.patient_id, ("ECBU",), order_number=CULTURE_ORDER, received_at=RECEIVED_AT)
    send_messages(installation, [*sorted(EXAMPLES.glob("*.hl7")), EXAMPLES / "microbiologie" / "ecbu.hl7"])
    register(laboratory, first.patient_id, ("THYRO",), order_number="D26-0002", received_at=later)
    from eprouvette.lab.orders.forms import NewPatient

    register(laboratory, NewPatient(PROVISIONAL), ("NFS", "IONO"), order_number="D26-0003", received_at=later)
    furnish(laboratory, dossiers, CORPUS_SEED, datetime.now(UTC).replace(microsecond=0))
    _put_a_card(installation)
    return accounts


def _put_a_card(installation: Installation) -> None:
    """A household's Vitale card is in the reader at the first start; the simulated country changes it."""
    if installation.addresses is not None:
        holder = next(one for one in population() if one.kind == "holder")
        insert(Path(installation.addresses.sandbox["vitale"]["reader"]), card(holder, population()))


def _until_it_answers(installation: Installation, url: str, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        installation.processes.check("web")
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - our own loopback page
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise ProcessError("Les pages ne répondent pas.")


def _welcome(installation: Installation, accounts: dict[str, str], port: int) -> None:
    click.echo(f"\nLe laboratoire de démonstration est ouvert : http://127.0.0.1:{port}/")
    for username, password in accounts.items():
        click.echo(f"  {username:<10} {password}")
    if installation.addresses is not None:
        click.echo(f"Ce que les services simulés ont reçu : {installation.addresses.sandbox['console']['url']}")
        click.echo(f"Écoute MLLP : 127.0.0.1:{installation.addresses.listener_port}")
    click.echo("INSi connaît entre autres ADRUN ZOE, née le 31/12/1975 ; une carte Vitale est dans le lecteur.")
    click.echo("Ctrl-C pour arrêter.")


def _until_stopped(installation: Installation) -> None:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    while not stop.wait(1):
        installation.processes.check_all()
