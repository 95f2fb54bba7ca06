"""SOAP 1.2: envelopes with WS-Addressing, faults, and MTOM packages.

Source: W3C SOAP 1.2, WS-Addressing 1.0, MTOM, XOP; IHE ITI TF-2 appendix V.
"""
