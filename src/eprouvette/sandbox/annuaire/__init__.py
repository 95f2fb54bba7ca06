"""The simulated national directory: FHIR R4 search over fictitious professionals and structures, as strict as the real.

Source: digest ``exchanges.md`` 4. It knows nothing of the product: it answers bytes to bytes.
"""
