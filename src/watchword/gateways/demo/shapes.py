"""The demo gateway has no fields that could look wrong."""
