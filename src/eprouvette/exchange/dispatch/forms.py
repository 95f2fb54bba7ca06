"""Which form of the report goes to which channel: one table.

The self-presentable form (the CDA with the laboratory's style sheet inside) is the default
everywhere: REQ-CRB-01. Its MIME type in XDS metadata follows from the bytes (``exchanges.md`` 2.5).
"""

from __future__ import annotations

from typing import Final, Literal

from eprouvette.exchange.channels.base import ChannelCode

Form = Literal["n3", "n3_xsl", "n1", "n1_xsl"]

FORM_OF_CHANNEL: Final[dict[ChannelCode, Form]] = {
    "dmp": "n3_xsl",
    "mss_pro": "n3_xsl",
    "mss_patient": "n3_xsl",
}

JUDGED_FORM: Final[dict[Form, Form]] = {"n3": "n3", "n3_xsl": "n3", "n1": "n1", "n1_xsl": "n1"}
"""The official rules read the document without its style sheet: what is judged for each form."""
