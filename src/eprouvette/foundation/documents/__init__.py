"""Documents by content: stored once under their SHA-256, given back byte for byte."""
