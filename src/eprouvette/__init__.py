"""Éprouvette, an open-source laboratory management system for French medical biology."""

__version__ = "0.1.0"
