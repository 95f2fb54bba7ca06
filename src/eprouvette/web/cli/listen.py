"""``eprouvette listen``: the MLLP listener of results and identities."""

from __future__ import annotations

import asyncio
import json
import signal
import ssl
from pathlib import Path
from typing import TYPE_CHECKING

import click

from eprouvette.project import boot

if TYPE_CHECKING:
    from eprouvette.exchange.intake.listener import Listener


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Adresse d'écoute.")
@click.option("--port", default=2575, show_default=True, help="Port d'écoute ; 0 pour un port libre.")
@click.option("--tls-cert", type=click.Path(path_type=Path, exists=True), help="Certificat du serveur (PEM).")
@click.option("--tls-key", type=click.Path(path_type=Path, exists=True), help="Clé du serveur (PEM).")
@click.option("--tls-clients", type=click.Path(path_type=Path, exists=True), help="Autorités des clients exigés.")
@click.option("--threads", default=4, show_default=True, help="Messages pris de front.")
@click.option("--ready-file", type=click.Path(path_type=Path), help="Fichier où écrire le port, une fois prêt.")
def listen(
    host: str,
    port: int,
    tls_cert: Path | None,
    tls_key: Path | None,
    tls_clients: Path | None,
    threads: int,
    ready_file: Path | None,
) -> None:
    """Recevoir les messages de résultats et d'identités (HL7 v2 sur MLLP)."""
    boot.setup()
    from eprouvette.exchange.intake.listener import Limits, Listener

    tls = _tls(tls_cert, tls_key, tls_clients)
    asyncio.run(_listen(Listener(Limits(threads=threads), tls), host, port, ready_file))


async def _listen(listener: Listener, host: str, port: int, ready_file: Path | None) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    bound = await listener.start(host, port)
    click.echo(f"Écoute MLLP sur {host}:{bound}")
    if ready_file:
        made = ready_file.with_suffix(".new")
        made.write_text(json.dumps({"host": host, "port": bound}), encoding="utf-8")
        made.replace(ready_file)
    await stop.wait()
    await listener.close()


def _tls(cert: Path | None, key: Path | None, clients: Path | None) -> ssl.SSLContext | None:
    if cert is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(cert, key)
    if clients:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(clients)
    return context
