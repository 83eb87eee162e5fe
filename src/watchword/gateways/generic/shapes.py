"""What the address of an endpoint looks like."""

from watchword.gateways.shapes import ANYTHING, UNSEEN, Shape, Slip, unseen

_HERE = r"^[hH][tT][tT][pP]:\/\/(?:localhost|127\.[0-9.]+|\[::1\])(?=[:\/?#]|$)"
"""What stays on this machine needs no encryption."""

URL = Shape(
    fits=rf"^(?:[hH][tT][tT][pP][sS]:\/\/[^\s\/?#]|(?:{_HERE}))[^{UNSEEN}]*$",
    slips=(
        unseen("address"),
        Slip(r"^[hH][tT][tT][pP][sS]?:\/\/(?=[\/?#]|$)", "After :// comes the name of the server."),
        Slip(
            r"^[hH][tT][tT][pP]:\/\/",
            "With http:// numbers, codes and credentials can be read on the way. Use https:// where you can.",
        ),
        Slip(ANYTHING, "The address begins with https://."),
    ),
    plausible=1_000,
)
"""Told once the field is left: before its end every address is half of one."""
