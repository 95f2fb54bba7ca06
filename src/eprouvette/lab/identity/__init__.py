"""Patients: traits, INS, status of the identity."""
