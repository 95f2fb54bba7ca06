"""What partners are told of our identities: A28, A31, A40 and A47, in order, one lane a partner."""
