"""State and rules of the laboratory."""
