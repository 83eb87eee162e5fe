"""For development: messages are printed."""
