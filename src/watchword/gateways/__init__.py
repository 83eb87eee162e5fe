"""What carries a message: one folder a gateway, the same file names in each."""
