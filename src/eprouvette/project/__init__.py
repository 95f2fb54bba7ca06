"""Django settings, urls and wsgi; no logic."""
