"""HL7 v2: the ER7 codec, MLLP frames, result messages and acknowledgements.

Source: HL7 v2.5 chapters 2, 2A and 7, appendix A; digest ``hl7v2.md`` 3 and 5.
"""
