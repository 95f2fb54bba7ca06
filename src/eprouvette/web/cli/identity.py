"""``eprouvette identity``: identity feeds, and who was served under an identity that proved wrong."""

from __future__ import annotations

import click

from eprouvette.project import boot

ACTOR = "system:identity"


@click.group()
def identity() -> None:
    """Identités : flux des partenaires, destinataires à prévenir."""


@identity.command()
@click.option("--patient", "patient_id", type=int, required=True, help="Numéro du dossier patient.")
@click.option("--with-ins", is_flag=True, help="Seulement les documents qui portent une INS.")
def exposed(patient_id: int, *, with_ins: bool) -> None:
    """Écrire en CSV chaque destinataire et dépôt servi pour un patient, dossiers fusionnés compris."""
    boot.setup()
    from eprouvette.exchange.dispatch import services

    click.echo(services.exposure_csv(patient_id, with_ins=with_ins, actor=ACTOR), nl=False)


@identity.command()
@click.option("--application", required=True, help="Application émettrice (MSH-3).")
@click.option("--facility", default="", help="Établissement émetteur (MSH-4).")
@click.option("--label", default="", help="Nom du partenaire.")
@click.option("--authority", default="", help="Autorité de ses IPP : nom ou FINESS de PID-3.")
@click.option("--contract", is_flag=True, help="Une convention de confiance nous lie.")
@click.option("--master", is_flag=True, help="C'est le référentiel d'identités de l'établissement.")
@click.option("--a08", "takes_a08", is_flag=True, help="Prendre ses A08 comme des A31.")
@click.option("--charset", default="8859/15", show_default=True, help="Jeu de caractères quand MSH-18 est vide.")
def feed(
    application: str,
    facility: str,
    label: str,
    authority: str,
    charset: str,
    *,
    contract: bool,
    master: bool,
    takes_a08: bool,
) -> None:
    """Déclarer le flux d'identités (ADT) d'un partenaire, ou changer sa déclaration."""
    boot.setup()
    from eprouvette.exchange.intake import feeds

    row = feeds.declare(
        application,
        facility,
        actor=ACTOR,
        label=label,
        authority=authority,
        contract=contract,
        master=master,
        takes_a08=takes_a08,
        default=charset,
    )
    click.echo(f"Flux déclaré : {row.label}.")


@identity.command()
@click.option("--label", required=True, help="Nom du partenaire.")
@click.option("--host", required=True, help="Machine qui reçoit.")
@click.option("--port", required=True, type=int, help="Port MLLP.")
@click.option("--plain", is_flag=True, help="Sans TLS (réseau de la salle des machines).")
@click.option("--application", required=True, help="Son application (MSH-5).")
@click.option("--facility", required=True, help="Son établissement (MSH-6).")
@click.option("--our-facility", required=True, help="Notre établissement (MSH-4).")
@click.option("--authority", required=True, help="Nom de l'autorité de nos IPP (PID-3).")
@click.option("--finess", required=True, help="FINESS de cette autorité.")
def tell(
    label: str,
    host: str,
    port: int,
    application: str,
    facility: str,
    our_facility: str,
    authority: str,
    finess: str,
    *,
    plain: bool,
) -> None:
    """Annoncer nos identités (A28, A31, A40, A47) à un partenaire, à partir de maintenant."""
    boot.setup()
    from eprouvette.exchange.announcing import services
    from eprouvette.exchange.announcing.models import Correspondent

    known = Correspondent.objects.filter(label=label).first() or Correspondent(label=label)
    known.host, known.port, known.tls = host, port, not plain
    known.application, known.facility, known.our_facility = application, facility, our_facility
    known.authority, known.finess = authority, finess
    services.declare(known, actor=ACTOR)
    click.echo(f"Partenaire déclaré : {label}.")


@identity.command()
def confirm() -> None:
    """Reprendre les confirmations d'INS reçues qui attendaient qu'INSi soit réglé."""
    boot.setup()
    from eprouvette.exchange.identities import confirming

    click.echo(f"Confirmations reprises : {confirming.take_up_stopped(actor=ACTOR)}.")
