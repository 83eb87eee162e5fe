"""The words of a message, and the line that binds its code to our site."""

import re

from watchword.gateways.segments import count

DEFAULT_TEMPLATE = "Your code for {host} is {code}. It is valid for {minutes} minutes."

_PART = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_KNOWN = frozenset({"code", "host", "minutes"})


def template_problems(template: str) -> list[str]:
    """What is wrong with a template: unknown placeholders, a lone brace, no code. Placeholders are looked up as whole
    names, so that none reaches into an object as `str.format` would.
    """
    problems = []
    names = [(match.group(0), match.group(1)) for match in _PART.finditer(template)]
    for text, name in names:
        if text in ("{", "}"):
            problems.append(f"A lone {text} means nothing: write {text * 2} for the character.")
        elif name is not None and name not in _KNOWN:
            problems.append(f"{text} means nothing: use {{code}}, {{host}} and {{minutes}}.")
    if not any(name == "code" for _, name in names):
        problems.append("The message must contain {code}.")
    return problems


def compose(template: str, *, code: str, host: str, minutes: int) -> str:
    """The text with its origin-bound last line (`@host #code`, WICG origin-bound one-time codes), where it still
    fits one GSM-7 segment; else without.

    `host` has no port, as that line allows none. An empty template is the default one; a text that ends with the
    line already gets no second.
    """
    values = {"code": code, "host": host, "minutes": str(minutes)}
    text = _PART.sub(lambda match: _filled(match, values), template or DEFAULT_TEMPLATE)
    line = f"@{host} #{code}"
    if text.rstrip().rpartition("\n")[2] == line:
        return text.rstrip()
    bound = f"{text}\n\n{line}"
    counted = count(bound)
    return bound if counted.segments == 1 and counted.encoding == "GSM-7" else text


def _filled(match: re.Match[str], values: dict[str, str]) -> str:
    whole, name = match.group(0), match.group(1)
    if name is None:
        return whole[0]
    return values.get(name, whole)
