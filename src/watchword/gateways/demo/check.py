"""The demo gateway asks nobody."""
