"""Scanned documents: small sound pictures and PDF, and those that must be refused."""

from __future__ import annotations

import io

import pikepdf
from PIL import Image


def picture(kind: str = "PNG") -> bytes:
    """A white picture."""
    output = io.BytesIO()
    Image.new("RGB", (20, 10), "white").save(output, kind)
    return output.getvalue()


def pdf(*, script: bool = False, password: str = "") -> bytes:
    """A PDF of one white page, with a script or a password when asked."""
    output = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        if script:
            document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        document.save(output, encryption=pikepdf.Encryption(owner=password, user=password) if password else False)
    return output.getvalue()
