"""Annuaire Santé: the national directory of professionals, structures and MSSanté mailboxes, by its FHIR R4 API.

Source: digest ``exchanges.md`` 4; guide "Annuaire Santé" of the ANS (profiles as-practitioner, as-practitionerrole,
as-organization, as-mailbox-mss). Only what is in open access.
"""
