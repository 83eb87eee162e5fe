"""What answers show: the fields of an object, and what is worked out beside them."""
