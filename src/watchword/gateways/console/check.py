"""The console gateway asks nobody."""
