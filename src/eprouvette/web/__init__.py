"""Pages, command line, health."""
