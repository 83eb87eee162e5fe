"""What a message's template will cost, told to whoever wrote it, before it is sent a thousand times."""

from watchword.gateways.segments import warnings
from watchword.gateways.text import compose

NO_BOUND_LINE = (
    "The last line by which phones fill in the code themselves (@host #code) is left out: with it the text would "
    "not fit one segment of 160 plain characters."
)


def lint(template: str, *, host: str, code_length: int, minutes: int) -> list[str]:
    """Sentences; empty where the text fits one segment with its origin-bound line."""
    code = "0" * code_length
    text = compose(template, code=code, host=host, minutes=minutes)
    found = warnings(text)
    if not text.endswith(f"@{host} #{code}"):
        found.append(NO_BOUND_LINE)
    return found
