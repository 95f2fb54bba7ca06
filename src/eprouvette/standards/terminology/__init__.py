"""National and HL7 value sets, units and LOINC codes: what may be written where.

Codes only: the words belong to those who print them.
"""
