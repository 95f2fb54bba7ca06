"""The embedded PostgreSQL of demonstrations and tests, never for real patients."""
