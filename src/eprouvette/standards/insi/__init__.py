"""The INSi teleservice: search of a national health identity, by traits or by Vitale card, and its verification.

Source: digest ``exchanges.md`` 1; DESIR_ICIR_EXP 1.5.0 for the two searches. What is supposed of the verification
stands in one table, `verify.Supposed`.
"""
