"""The ways out of the laboratory, one folder each; no channel knows another."""
