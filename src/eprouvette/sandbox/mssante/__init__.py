"""The simulated MSSanté operator: SMTP submission, IMAP, and a receiver that reads every mail strictly.

Source: digest ``exchanges.md`` 3. It knows nothing of the product: it reads bytes.
"""
