"""The demo gateway has no errors of its own."""
