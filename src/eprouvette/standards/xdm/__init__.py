"""XDS metadata read from CDA bytes, and the XDM package that secure mail carries.

Source: IHE ITI TF-3 4.2 (XDS metadata) and TF-1 16 (XDM); CI-SIS; digest ``exchanges.md`` 2.5 and 3.4.
"""
