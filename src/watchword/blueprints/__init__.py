"""Configuration as code: YAML in, a checked configuration out."""
