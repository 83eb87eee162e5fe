"""Watchword: a self-hosted SMS authenticator."""

from importlib.metadata import version

__version__ = version("watchword")
