"""`LabReport`, the frozen report from which every form (CDA N3, CDA N1, PDF) is made.

Public names are those of `model`; the JSON form is in `codec`.
"""
