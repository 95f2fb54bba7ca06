"""The simulated DMP: existence (TD0.2) and feeding (TD2.1), as strict as the texts let it be.

Source: digest ``exchanges.md`` 2. It knows nothing of the product: it reads bytes.
"""
