"""The console gateway has no fields that could look wrong."""
