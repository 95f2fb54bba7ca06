"""Django apps that know nothing of laboratories."""
