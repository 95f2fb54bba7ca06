"""Professionals whom the laboratory knows: prescribers, treating physicians, samplers."""
