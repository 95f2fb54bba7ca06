"""What may be wrong with the certificates of a site.

Source: IGC Santé, certificats logiciels ORG (three years at most); digest ``exchanges.md`` 6.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register  # noqa: A004 - Django's own name

from eprouvette.foundation import trust
from eprouvette.foundation.database.checks import of_rows
from eprouvette.foundation.structures.models import Site
from eprouvette.foundation.trust import Credential, TrustError, Use

SOON: Final = timedelta(days=30)
SERVICES: Final[dict[Use, str]] = {"insi_manu": "INSI-MANU", "insi_auto": "INSI-AUTO"}
"""The CN that a service demands, letter for letter (digest ``exchanges.md`` 6.1)."""
LABELS: Final[dict[Use, str]] = {
    "dmp_auth": "DMP, authentification (ORG AUTH_CLI)",
    "dmp_sign": "DMP, signature (ORG SIGN)",
    "insi_manu": "INSi, appels d'une personne (ORG AUTH_CLI, INSI-MANU)",
    "insi_auto": "INSi, appels automatiques (ORG AUTH_CLI, INSI-AUTO)",
    "mss": "MSSanté (ORG AUTH_CLI)",
}


def uses() -> tuple[Use, ...]:
    """The certificates that the services of this site need."""
    dmp: tuple[Use, ...] = ("dmp_auth", "dmp_sign") if settings.EPROUVETTE_DMP_URL else ()
    insi: tuple[Use, ...] = ("insi_manu", "insi_auto") if settings.EPROUVETTE_INSI_URL else ()
    return (*dmp, *insi, "mss") if settings.EPROUVETTE_SMTP else (*dmp, *insi)


@register()
def certificates(**_: object) -> Sequence[CheckMessage]:
    """Each certificate is there, goes with its key, and lives for another month."""
    found: list[CheckMessage] = []
    for use in uses():
        try:
            found += _dates_and_key(trust.load(use))
        except TrustError as error:
            found.append(Error(error.message, hint=error.hint, id="eprouvette.trust.E001"))
    if settings.EPROUVETTE_INSI_URL and not settings.EPROUVETTE_INSI_URL.startswith("https://"):
        hint = "Corriger EPROUVETTE_INSI_URL : elle commence par « https:// »."
        found.append(Error("L'adresse d'INSi n'est pas chiffrée.", hint=hint, id="eprouvette.trust.E008"))
    if uses():
        try:
            trust.ca_path()
        except TrustError as error:
            found.append(Error(error.message, hint=error.hint, id="eprouvette.trust.E002"))
    return found


def _dates_and_key(credential: Credential) -> list[CheckMessage]:
    label = LABELS[credential.use]
    try:
        leaf = x509.load_pem_x509_certificate(credential.cert_pem)
        key = load_pem_private_key(credential.key_pem, password=None).public_key()
    except (ValueError, TypeError):
        hint = "Déposer le certificat et sa clé au format PEM, la clé sans mot de passe."
        return [Error(f"Certificat « {label} » illisible.", hint=hint, id="eprouvette.trust.E003")]
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if leaf.public_key().public_bytes(*form) != key.public_bytes(*form):
        hint = "Déposer la clé qui a servi à demander ce certificat."
        return [Error(f"Certificat « {label} » : la clé n'est pas la sienne.", hint=hint, id="eprouvette.trust.E004")]
    wanted = SERVICES.get(credential.use)
    if wanted and wanted not in {str(one.value) for one in leaf.subject.get_attributes_for_oid(NameOID.COMMON_NAME)}:
        hint = f"Demander un certificat ORG AUTH_CLI dont le CN est exactement « {wanted} »."
        return [Error(f"Certificat « {label} » : son CN est un autre.", hint=hint, id="eprouvette.trust.E007")]
    now, end = datetime.now(UTC), leaf.not_valid_after_utc
    hint = "Demander un nouveau certificat sur la plateforme IGC Santé, puis le déposer dans EPROUVETTE_TRUST."
    if now < leaf.not_valid_before_utc or end <= now:
        sentence = f"Certificat « {label} » hors de ses dates (fin : {end:%d/%m/%Y})."
        return [Error(sentence, hint=hint, id="eprouvette.trust.E005")]
    if end - now < SOON:
        sentence = f"Certificat « {label} » : il finit le {end:%d/%m/%Y}."
        return [Warning(sentence, hint=hint, id="eprouvette.trust.W001")]
    return []


@of_rows
def owner() -> Sequence[CheckMessage]:
    """Each certificate names a structure of this installation."""
    structures = {site.structure_id for site in Site.objects.all()}
    found: list[CheckMessage] = []
    for use in uses():
        try:
            subject = x509.load_pem_x509_certificate(trust.load(use).cert_pem).subject
        except (TrustError, ValueError):
            continue  # said by `certificates`
        named = {str(one.value) for one in subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)}
        if structures and not structures & named:
            sentence = f"Certificat « {LABELS[use]} » : il n'est pas au nom d'un site de cette installation."
            hint = "L'OU du certificat est l'identifiant national de la structure (1 suivi du FINESS)."
            found.append(Error(sentence, hint=hint, id="eprouvette.trust.E006"))
    return found
