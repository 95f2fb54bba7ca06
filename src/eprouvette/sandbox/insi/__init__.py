"""The simulated INSi: the two searches, and the unit verification under names that are supposed.

Source: digest ``exchanges.md`` 1. It knows nothing of the product: it reads bytes. Codes that begin with ``simu_`` are
its own, since the national list is not open.
"""
