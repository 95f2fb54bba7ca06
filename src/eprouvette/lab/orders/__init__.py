"""Dossiers: who is examined, at whose request, on which samples, for which exams."""
