"""For tests: messages are kept, and can be made to fail."""
