"""The memory gateway has no fields that could look wrong."""
