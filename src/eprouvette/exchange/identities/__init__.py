"""Identities asked of INSi: retrieval by traits or by Vitale card, acceptance at the desk, verification in time.

A person's question goes with the certificate INSI-MANU, a job's with INSI-AUTO. What INSi answers is kept here, in the
database alone; what the file takes of it is decided by `lab.identity.insi`.
"""
