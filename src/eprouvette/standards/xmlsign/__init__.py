"""XML signatures: the enveloped signature of a SAML assertion, the XAdES signature of a submission set.

Source: W3C XML Signature; IHE ITI TF-3 5.5 (DSG); digest ``exchanges.md`` 2.3 and 2.5.
"""
