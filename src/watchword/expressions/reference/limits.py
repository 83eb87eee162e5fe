"""What the sandbox allows, in words."""

from watchword.expressions.reference.entry import Kind

_FAILING: dict[Kind, str] = {
    "policy": "What fails, or returns anything but True or False, counts as the binding's answer on failure: "
    "no, by default.",
    "mapping": "Where it fails, or returns no dict, no message is sent.",
    "prompt": "Where it fails, its own text is shown.",
}


def limits(kind: Kind, seconds: float, memory_mib: int) -> tuple[str, ...]:
    """Each a sentence or two."""
    return (
        f"It may run for {seconds:g} second{'' if seconds == 1 else 's'} and take {memory_mib} MiB of memory.",
        "It has no network but for resolve_dns and reverse_dns, no files, no environment and no modules of the server. "
        "Nothing is left of one run for the next.",
        _FAILING[kind],
    )
