"""The demonstration: its laboratory, its processes, and the main job played without a screen.

This folder drives the product through its services and its command line; the simulated services
(`igc`, `dmp`, `mssante`) know nothing of it.
"""
