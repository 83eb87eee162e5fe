"""The memory gateway asks nobody."""
