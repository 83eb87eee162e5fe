"""The settings: read once at start from the environment, each described in one table."""

from watchword.settings.load import load, look
from watchword.settings.table import SETTINGS, SettingInfo
from watchword.settings.values import Settings

__all__ = ["SETTINGS", "SettingInfo", "Settings", "load", "look"]
