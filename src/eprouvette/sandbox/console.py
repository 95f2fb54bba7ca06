"""A page that lists what the simulated country received, and the same as JSON.

It shows what arrived, from the services' own records; it also takes orders to misbehave.
"""

from __future__ import annotations

import json
import resource
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final, cast

from eprouvette.sandbox.annuaire.people import DAYS
from eprouvette.sandbox.annuaire.state import MODES as DIRECTORY_MODES
from eprouvette.sandbox.annuaire.state import Requests
from eprouvette.sandbox.dmp.state import Registry
from eprouvette.sandbox.insi.state import MODES as INSI_MODES
from eprouvette.sandbox.insi.state import Calls
from eprouvette.sandbox.mssante.store import MailStore
from eprouvette.sandbox.population.cards import NoCardError, card, insert
from eprouvette.sandbox.population.people import population

MODES: Final = {"dmp": frozenset({"busy", "slow", "cut"}), "insi": INSI_MODES, "annuaire": DIRECTORY_MODES}


class Console(ThreadingHTTPServer):
    """Serves the page on a port of this machine."""

    daemon_threads = True

    def __init__(
        self, registry: Registry, store: MailStore, calls: Calls, requests: Requests, reader: Path, port: int = 0
    ) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.registry = registry
        self.store = store
        self.calls = calls
        self.requests = requests
        self._reader = reader

    def records(self) -> dict[str, Any]:
        """What was received, and the CPU seconds that this process has used."""
        usage = resource.getrusage(resource.RUSAGE_SELF)
        return {
            "documents": self.registry.records(),
            "mails": self.store.records(),
            "insi": self.calls.records(),
            "annuaire": self.requests.records(),
            "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 3),
        }

    def obey(self, order: list[str]) -> bool:
        """Misbehave (``dmp busy 2``), or put the card of a person of the population in the reader (``vitale 12``).

        False for an order that is none of these; ``vitale out`` takes the card out, ``annuaire day 1`` turns the
        directory to its second day.
        """
        match order:
            case [service, mode, times] if times.isdecimal() and len(times) < 6 and mode in MODES.get(service, ()):
                orders = {
                    "dmp": self.registry.misbehave,
                    "insi": self.calls.misbehave,
                    "annuaire": self.requests.misbehave,
                }
                orders[service](mode, int(times))
            case ["annuaire", "day", day] if day in map(str, range(len(DAYS))):
                self.requests.turn_to(int(day))
            case ["vitale", "out"]:
                self._reader.unlink(missing_ok=True)
            case ["vitale", rank] if rank.isdecimal() and len(rank) < 6 and int(rank) < len(population()):
                try:
                    insert(self._reader, card(population()[int(rank)], population()))
                except NoCardError:
                    return False
            case _:
                return False
        return True


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """The page, or the records."""
        records = cast(Console, self.server).records()
        if self.path == "/received.json":
            self._send("application/json; charset=utf-8", json.dumps(records, ensure_ascii=False))
        elif self.path == "/":
            self._send("text/html; charset=utf-8", page(records))
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        """``/<service>/<mode>/<times>``, ``/vitale/<rank>``, ``/annuaire/day/<day>``: an order of `Console.obey`."""
        if cast(Console, self.server).obey(self.path.strip("/").split("/")):
            self._send("text/plain; charset=utf-8", "entendu")
        else:
            self.send_error(404)

    def _send(self, content_type: str, text: str) -> None:
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that http.server gives
        """Say nothing."""


def page(records: dict[str, Any]) -> str:
    """The page, readable without script."""
    documents = _table(
        ("Reçu", "Document", "Série", "INS", "État"),
        [(r["received_at"][:19], r["unique_id"], r["set_id"], r["ins"], r["status"]) for r in records["documents"]],
    )
    mails = _table(
        ("Reçu", "Destinataire", "Objet", "Document"),
        [(r["received_at"][:19], r["recipient"], r["subject"], r["document_id"]) for r in records["mails"]],
    )
    calls = _table(
        ("Reçu", "Certificat", "Opération", "Traits", "Réponse"),
        [(r["received_at"][:19], r["certificate"], r["operation"], r["asked"], r["code"]) for r in records["insi"]],
    )
    requests = _table(
        ("Reçu", "Ressource", "Recherche", "Réponse"),
        [(r["received_at"][:19], r["resource"], r["asked"], r["code"]) for r in records["annuaire"]],
    )
    return (
        '<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Services simulés</title><style>'
        "body{font:15px/1.35 system-ui,sans-serif;margin:1rem 2rem;color:#16191d}table{border-collapse:collapse}"
        "th,td{text-align:left;padding:3px 10px;border-bottom:1px solid #c9ced3}th{background:#f4f5f6}"
        f"</style></head><body><h1>Services nationaux simulés</h1>"
        "<p>Ce que chacun a reçu, d'après ses propres registres."
        f"</p><h2>DMP ({len(records['documents'])})</h2>{documents}<h2>Messagerie ({len(records['mails'])})</h2>{mails}"
        f"<h2>INSi ({len(records['insi'])})</h2>{calls}"
        f"<h2>Annuaire ({len(records['annuaire'])})</h2>{requests}</body></html>"
    )


def _table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    if not rows:
        return "<p>Rien encore.</p>"
    head = "".join(f"<th>{escape(one)}</th>" for one in heads)
    body = "".join("<tr>" + "".join(f"<td>{escape(str(one))}</td>" for one in row) + "</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{body}</table>"
