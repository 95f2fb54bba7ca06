"""Results: from the value received to the value validated."""
