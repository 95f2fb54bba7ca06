"""Mails that come back to the laboratory's mailbox: read with bounds, told apart, nothing run.

    mail = read_mail(data)                # parts, addresses, threads
    answer = classify(mail)               # what it is: a delivery notice, a reading notice, a reply…

Source: ANS, référentiel socle MSSanté #2; RFC 5322, 2045-2047, 2231, 3464 and 8098; digest ``exchanges.md`` 3.5.
"""

from __future__ import annotations

from eprouvette.standards.mssante.incoming.kinds import Answer, Kind, classify
from eprouvette.standards.mssante.incoming.mail import Attachment, IncomingMail, UnreadableMailError, read_mail

__all__ = ["Answer", "Attachment", "IncomingMail", "Kind", "UnreadableMailError", "classify", "read_mail"]
