"""Examines a whole installation: each check finds what is well, and what is not with the way to mend it."""
