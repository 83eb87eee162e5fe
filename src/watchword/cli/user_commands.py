"""`watchword user` with all that stands below it."""

from watchword.cli.erase import erase_command
from watchword.cli.user import user

user.add_command(erase_command)

__all__ = ["user"]
