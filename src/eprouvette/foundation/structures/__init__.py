"""The legal entity, its sites, and the OIDs that a site may mint."""
