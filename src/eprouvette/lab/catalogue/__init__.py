"""Exams, panels, reference ranges: what the laboratory can measure."""
