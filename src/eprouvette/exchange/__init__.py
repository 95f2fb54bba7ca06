"""The rooms that talk to the outside: what arrives, what leaves, what is answered."""
