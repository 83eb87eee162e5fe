"""One file a check; the registry lists them."""
