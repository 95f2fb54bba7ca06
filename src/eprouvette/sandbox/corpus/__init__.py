"""A corpus of realistic and wholly fictitious reports, of 25 kinds: the same seed gives the same bytes."""
