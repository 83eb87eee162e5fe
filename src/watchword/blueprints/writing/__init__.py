"""From a configuration to a blueprint's text."""
