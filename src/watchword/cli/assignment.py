"""What a worker is told by its parent, and what it says back."""

import msgspec

READY = b"ready\n"
"""On the worker's stdout, once."""


class Assignment(msgspec.Struct, frozen=True, kw_only=True):
    """Everything else a worker reads from the environment, as its parent did; secrets are in no argument."""

    host: str
    port: int
    demo: bool
    data_dir: str | None
