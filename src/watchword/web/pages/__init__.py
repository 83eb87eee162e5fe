"""Hosted pages: the same engine as the API, in HTML."""
