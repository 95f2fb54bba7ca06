"""The country simulated on one machine, the demonstration laboratory and the scenario player."""
