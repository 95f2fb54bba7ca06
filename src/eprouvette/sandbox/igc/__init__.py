"""Simulated certificate authority: a root, an intermediate, and the certificates of one laboratory.

Source: digest ``exchanges.md`` 6.2 and 6.5; RFC 5280.
"""
