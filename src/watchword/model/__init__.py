"""Configuration as immutable values, and the snapshot that indexes them."""
