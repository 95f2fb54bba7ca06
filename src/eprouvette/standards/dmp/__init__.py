"""The DMP seen from a laboratory with structure certificates: existence (TD0.2) and feeding (TD2.1).

Source: digest ``exchanges.md`` 2.
"""
