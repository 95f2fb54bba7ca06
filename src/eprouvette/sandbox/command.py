"""``eprouvette sandbox``: the simulated country, in one process, until it is told to stop."""

from __future__ import annotations

import asyncio
import json
import secrets
import signal
import ssl
import threading
from pathlib import Path
from typing import Any, Final

import click
from cryptography import x509

from eprouvette.sandbox.annuaire.service import BASE as DIRECTORY_BASE
from eprouvette.sandbox.annuaire.service import DirectoryServer
from eprouvette.sandbox.annuaire.service import Service as DirectoryService
from eprouvette.sandbox.annuaire.state import Requests
from eprouvette.sandbox.console import Console
from eprouvette.sandbox.dmp.service import BASE, DmpServer, Service
from eprouvette.sandbox.dmp.state import Registry
from eprouvette.sandbox.igc.authority import Authority
from eprouvette.sandbox.igc.trust import server_context, write_trust
from eprouvette.sandbox.insi.answers import Base
from eprouvette.sandbox.insi.service import PATH as INSI_PATH
from eprouvette.sandbox.insi.service import InsiServer
from eprouvette.sandbox.insi.service import Service as InsiService
from eprouvette.sandbox.insi.state import Calls
from eprouvette.sandbox.mssante.imap import ImapService
from eprouvette.sandbox.mssante.smtp import Operator, SmtpService
from eprouvette.sandbox.mssante.store import MailStore
from eprouvette.sandbox.population.people import population

MAILBOXES: Final = {
    "prescriber": "paul.levesque@medecin.mssante.fr",
    "colleague": "helene.morel@medecin.mssante.fr",
    "patient": "279035121518989@patient.mssante.fr",
    "organization": "labo@labo.mssante.fr",
}


@click.command()
@click.option(
    "--dir", "folder", type=click.Path(path_type=Path), required=True, help="Dossier de l'état et des certificats."
)
def sandbox(folder: Path) -> None:
    """Simuler les services nationaux sur cette machine : IGC, INSi, DMP, opérateur MSSanté, annuaire."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    asyncio.run(_run(folder))


async def _run(folder: Path) -> None:
    authority = Authority()
    (folder / "igc").mkdir(exist_ok=True)
    trust = write_trust(authority, folder / "trust")
    context = server_context(authority, folder / "igc")
    registry, store = Registry(folder / "dmp.sqlite"), MailStore(folder / "mails.sqlite")
    issuers = x509.load_pem_x509_certificates(authority.ca_pem)
    dmp = DmpServer(Service(registry, issuers), context)
    calls, reader = Calls(folder / "insi.sqlite"), folder / "vitale" / "card.json"
    reader.parent.mkdir(exist_ok=True)
    insi = InsiServer(InsiService(Base(population()), calls), context)
    requests, key, public = Requests(folder / "annuaire.sqlite"), _key(folder), _without_client(context, folder)
    directory = DirectoryServer(DirectoryService(requests, key), public)
    console = Console(registry, store, calls, requests, reader)
    passwords = _passwords(folder)
    smtp = SmtpService(Operator(store, frozenset(MAILBOXES.values())), context)
    smtp_port = await smtp.start()
    imap = ImapService(store, passwords, public)
    imap_port = await imap.start()
    for server in (dmp, insi, directory, console):
        threading.Thread(target=server.serve_forever, daemon=True).start()
    ready: dict[str, Any] = {
        "dmp": {"base_url": f"https://localhost:{dmp.server_address[1]}{BASE}"},
        "insi": {"url": f"https://localhost:{insi.server_address[1]}{INSI_PATH}"},
        "annuaire": {"base_url": f"https://localhost:{directory.server_address[1]}{DIRECTORY_BASE}", "key": key},
        "vitale": {"reader": str(reader)},
        "smtp": {"host": "localhost", "port": smtp_port, "starttls": True},
        "imap": {"host": "localhost", "port": imap_port, "starttls": False},
        "trust": str(trust.folder),
        "mailboxes": {
            name: {"address": address, "password": passwords[address]} for name, address in MAILBOXES.items()
        },
        "console": {"url": f"http://127.0.0.1:{console.server_address[1]}/"},
    }
    _write(folder / "sandbox.json", ready)
    click.echo(f"Services simulés prêts ; page : {ready['console']['url']}")
    await _stopped()
    smtp.close()
    imap.close()
    dmp.shutdown()
    insi.shutdown()
    directory.shutdown()
    console.shutdown()


async def _stopped() -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()


def _without_client(context: ssl.SSLContext, folder: Path) -> ssl.SSLContext:
    """TLS for clients without a certificate: readers of mailboxes log in by password, those of the directory by key."""
    plain = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    plain.minimum_version = context.minimum_version
    plain.load_cert_chain(folder / "igc" / "server.crt", folder / "igc" / "server.key")
    return plain


def _passwords(folder: Path) -> dict[str, str]:
    """One password a mailbox, made at the first start and kept."""
    path = folder / "mailboxes.json"
    known: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    for address in MAILBOXES.values():
        known.setdefault(address, secrets.token_urlsafe(12))
    _write(path, known)
    return known


def _key(folder: Path) -> str:
    """The key of the directory, made at the first start and kept."""
    path = folder / "annuaire.json"
    if not path.exists():
        _write(path, {"key": secrets.token_urlsafe(24)})
    key: str = json.loads(path.read_text(encoding="utf-8"))["key"]
    return key


def _write(path: Path, content: dict[str, Any]) -> None:
    made = path.with_suffix(".new")
    made.touch(mode=0o600)
    made.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    made.replace(path)
