"""``eprouvette report``: the main job without a screen, from a result message to three acceptances.

Starts what is needed in a temporary folder, sends the messages of ``examples/`` over MLLP, validates and
releases as the demonstration biologist, waits, says where each document went, and keeps everything in
``out/``. Succeeds only when every recipient has accepted.
"""

from __future__ import annotations

import email
import imaplib
import json
import ssl
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from eprouvette.core.dates import PARIS
from eprouvette.core.errors import EprouvetteError
from eprouvette.sandbox.scenario.installation import Installation
from eprouvette.sandbox.scenario.outbox import write_out
from eprouvette.standards.hl7v2.client import MllpClient

if TYPE_CHECKING:
    from eprouvette.exchange.dispatch.queries import DeliveryLine

EXAMPLES = Path(__file__).resolve().parents[4] / "examples"
ORDER = "D26-0001"
TUBES = {"BLD": "26112300101", "SER": "26112300102", "PPP": "26112300103"}
PANELS = ("NFS", "IONO", "RENAL", "LIPID", "MARTIAL", "COAG")
EXAMS = ("FROT", "CRP", "TSH", "VITK1", "AAN", "AGHBS")
RECEIVED_AT = datetime(2026, 11, 23, 9, 15, tzinfo=PARIS)
EXPECTED = {"dmp", "mss_pro", "mss_patient"}
WAIT_SECONDS = 90.0


class NotAcceptedError(EprouvetteError):
    """Le compte rendu n'a pas été accepté partout."""

    hint = "Lire les lignes ci-dessus et les journaux du dossier indiqué."


@click.command()
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("out"), show_default=True, help="Dossier des pièces."
)
@click.option("--data", type=click.Path(path_type=Path), help="Dossier neuf de l'installation (temporaire par défaut).")
@click.option(
    "--messages",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default=EXAMPLES,
    help="Messages à envoyer.",
)
def report(out: Path, data: Path | None, messages: Path) -> None:
    """Jouer la voie principale sans écran : du message de résultats aux trois acceptations."""
    if data is not None:
        accepted = _run(Installation(data), out, messages)
    else:
        with tempfile.TemporaryDirectory(prefix="eprouvette-") as folder:
            accepted = _run(Installation(Path(folder), throwaway=True), out, messages)
    if not accepted:
        sys.exit(1)
    click.echo("Tout est accepté.")


def _run(prepared: Installation, out: Path, messages: Path) -> bool:
    started = time.monotonic()
    with prepared as installation:
        click.echo(
            f"Installation prête en {time.monotonic() - started:.1f} s : base, DMP et opérateur MSSanté simulés."
        )
        lines = play(installation, messages)
        received = _received(installation)
        written = write_out(out, lines[0].release_id, received)
    for path in written:
        click.echo(f"  écrit : {path}")
    accepted = {line.channel for line in lines if line.state == "accepted"}
    return accepted == EXPECTED and not _missing(lines, received)


def play(installation: Installation, messages: Path) -> tuple[DeliveryLine, ...]:
    """Register, receive, validate, release and wait; returns the deliveries. Prints one line for each."""
    from eprouvette.lab.results import queries as results
    from eprouvette.lab.validation import services as validation
    from eprouvette.sandbox.scenario.laboratory import patient_of_demonstration, prepare, register

    laboratory = prepare()
    dossier = register(
        laboratory,
        patient_of_demonstration(),
        PANELS,
        exams=EXAMS,
        order_number=ORDER,
        tubes=TUBES,
        received_at=RECEIVED_AT,
    )
    send_messages(installation, sorted(messages.glob("*.hl7")))
    observations = [row.pk for row in results.observations_of(dossier.pk)]
    validation.check(observations, user=laboratory.technician)
    validation.validate(observations, user=laboratory.biologist)
    released = time.monotonic()
    release = validation.release(dossier.pk, user=laboratory.biologist)
    click.echo(f"Compte rendu libéré en {(time.monotonic() - released) * 1000:.0f} ms, version {release.version}.")
    return _wait(installation, release.pk)


def send_messages(installation: Installation, messages: Iterable[Path]) -> None:
    """Send messages over MLLP to the listener, printing each answer; raises `NotAcceptedError`."""
    assert installation.addresses is not None
    with MllpClient("127.0.0.1", installation.addresses.listener_port) as client:
        for path in messages:
            began = time.monotonic()
            answer = client.send(path.read_bytes()).decode("utf-8", "replace")
            code = next(line for line in answer.split("\r") if line.startswith("MSA")).split("|")[1]
            click.echo(f"{path.name:<24} MLLP  {code}  {(time.monotonic() - began) * 1000:>6.0f} ms")
            if code != "AA":
                raise NotAcceptedError(f"Le message {path.name} est refusé : {answer.replace(chr(13), ' ')}")


def _wait(installation: Installation, release_id: int) -> tuple[DeliveryLine, ...]:
    from eprouvette.exchange.dispatch import queries

    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        lines = queries.deliveries_of(release_id)
        moving = [line for line in lines if line.state in {"queued", "sent"} or line.reason in {"service", "judge"}]
        if (lines and not moving) or time.monotonic() > deadline:
            break
        installation.processes.check_all()
        time.sleep(0.05)
    marks = queries.marks_of(release_id)
    click.echo("Règles officielles : " + (", ".join(f"{m.form} {m.label} ({m.revision})" for m in marks) or "non jugé"))
    for line in lines:
        spent = sum(one.milliseconds or 0 for one in line.attempts)
        click.echo(
            f"{line.channel_label:<22} {line.recipient:<28} {line.state_label:<10} {line.remote_id:<60} {spent:>6} ms"
        )
        for one in line.attempts:
            if one.code or (line.state != "accepted" and one.text):
                click.echo(f"    {one.code} {one.text} {one.remedy}")
    return lines


def _received(installation: Installation) -> dict[str, Any]:
    """What the simulated country holds: its own records, and the mailboxes as read by IMAP."""
    assert installation.addresses is not None
    url = f"{installation.addresses.sandbox['console']['url']}received.json"
    with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - our own loopback console
        records: dict[str, Any] = json.load(answer)
    sandbox = installation.addresses.sandbox
    boxes = [sandbox["mailboxes"][name] for name in ("prescriber", "patient")]
    mailboxes = {box["address"]: _mails_of(sandbox, box["address"], box["password"]) for box in boxes}
    return {"records": records, "mailboxes": mailboxes}


def _mails_of(sandbox: dict[str, Any], address: str, password: str) -> list[bytes]:
    """Every mail of a mailbox, read as its owner reads it."""
    context = ssl.create_default_context(cafile=str(Path(sandbox["trust"]) / "ca.pem"))
    with imaplib.IMAP4_SSL(sandbox["imap"]["host"], sandbox["imap"]["port"], ssl_context=context) as client:
        client.login(address, password)
        client.select("INBOX", readonly=True)
        _, found = client.uid("SEARCH", "ALL")
        mails = []
        for uid in found[0].split():
            _, parts = client.uid("FETCH", uid.decode(), "(BODY.PEEK[])")
            mails += [part[1] for part in parts if isinstance(part, tuple)]
        return mails


def _missing(lines: Iterable[DeliveryLine], received: dict[str, Any]) -> bool:
    """True when a recipient that we count as served is not in the country's own records, exactly once."""
    documents = [document["unique_id"] for document in received["records"]["documents"]]
    mails = [
        str(email.message_from_bytes(content)["Message-ID"])
        for contents in received["mailboxes"].values()
        for content in contents
    ]
    wrong = False
    for line in lines:
        if line.state != "accepted":
            continue
        count = (documents if line.channel == "dmp" else mails).count(line.remote_id)
        if count != 1:
            click.echo(f"Le simulateur a reçu {count} fois l'envoi {line.channel_label}.")
            wrong = True
    return wrong
