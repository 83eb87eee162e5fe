"""Brings what authentik has over to Watchword, through authentik's API."""
