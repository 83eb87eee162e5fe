"""HTTP only: decode, call, encode."""
