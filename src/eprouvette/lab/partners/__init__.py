"""Reports of subcontracting laboratories: received, tied to a dossier, carried by its report."""
