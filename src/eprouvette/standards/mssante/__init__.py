"""MSSanté: the mail that carries a report, and the connection to the laboratory's operator.

Source: ANS, référentiel socle MSSanté #2; digest ``exchanges.md`` 3.
"""
