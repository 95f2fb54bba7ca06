"""The enveloped signature of a SAML 2.0 assertion: exclusive C14N, RSA-SHA256, SHA-256.

Source: OASIS SAML 2.0 core 5; digest ``exchanges.md`` 2.3.
"""

from __future__ import annotations

from typing import Final

import xmlsec
from lxml import etree

from eprouvette.standards.xmlsign.signer import SignatureError, Signer

SAML: Final = "urn:oasis:names:tc:SAML:2.0:assertion"


def sign_assertion(assertion: str, signer: Signer) -> str:
    """The assertion with its signature after ``Issuer``, as XML text without declaration.

    ``assertion`` has an ``ID`` attribute and is written by us, so that parsing it holds no risk.
    """
    root = etree.fromstring(assertion.encode())
    template = xmlsec.template.create(
        root, xmlsec.constants.TransformExclC14N, xmlsec.constants.TransformRsaSha256, ns="ds"
    )
    issuer = root.find(f"{{{SAML}}}Issuer")
    if issuer is None:
        raise SignatureError("L'assertion à signer n'a pas d'émetteur.")
    issuer.addnext(template)
    reference = xmlsec.template.add_reference(template, xmlsec.constants.TransformSha256, uri=f"#{root.get('ID')}")
    xmlsec.template.add_transform(reference, xmlsec.constants.TransformEnveloped)
    xmlsec.template.add_transform(reference, xmlsec.constants.TransformExclC14N)
    data = xmlsec.template.add_x509_data(xmlsec.template.ensure_key_info(template))
    xmlsec.template.x509_data_add_certificate(data)
    xmlsec.tree.add_ids(root, ["ID"])
    signer.sign(template)
    return etree.tostring(root, encoding="unicode")
