"""Five thousand persons who do not exist, the same at each run: those whom the simulated INSi knows.

Their NIR carry the OID of test identities. Source: digest ``exchanges.md`` 1.6 and 1.9; RNIV 1 for the cases.
"""
