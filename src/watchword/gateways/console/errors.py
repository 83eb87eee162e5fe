"""The console gateway has no errors of its own."""
