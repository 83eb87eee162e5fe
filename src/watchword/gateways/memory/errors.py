"""The memory gateway has no errors of its own."""
