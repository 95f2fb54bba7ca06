"""All that arrives: stored as received, answered after the commit, never lost.

`listener` hands frames to `services.receive`; what finds no dossier is parked for a person.
"""
