"""Entries that are users, groups and tokens."""
