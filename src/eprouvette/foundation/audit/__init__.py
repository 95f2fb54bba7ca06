"""The append-only journal: who did what, when, to what, sealed in a chain."""
