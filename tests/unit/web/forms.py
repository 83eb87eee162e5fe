"""A page's form as a browser reads it: what stands in its fields, to be changed and sent."""

from urllib.parse import urlencode

from tests.unit.web.client import FORM, Answer, Visitor
from tests.unit.web.pages.html_tree import Node, parse

Filled = dict[str, list[str]]


def filled(page: Answer, action: str = "") -> Filled:
    """Of the form that goes to `action`, or else of the only one that posts."""
    forms = [node for node in parse(page.text) if node.tag == "form" and node.attrs.get("method") == "post"]
    if action:
        forms = [form for form in forms if form.attrs["action"] == action]
    assert len(forms) == 1, f"{len(forms)} forms: {page.status} {page.text[:500]}"
    found: Filled = {}
    for node in forms[0]:
        for value in _values(node):
            found.setdefault(node.attrs["name"], []).append(value)
    return found


def _values(node: Node) -> list[str]:
    if "name" not in node.attrs or "disabled" in node.attrs:
        return []
    if node.tag == "textarea":
        text = "".join(child for child in node.children if isinstance(child, str))
        return [text.removeprefix("\n").replace("\n", "\r\n")]
    if node.tag == "select":
        options = node.all("option")
        chosen = [option for option in options if "selected" in option.attrs] or options[:1]
        return [option.attrs["value"] for option in chosen]
    if node.tag != "input":
        return []
    if node.attrs.get("type") in ("checkbox", "radio"):
        return [node.attrs.get("value", "on")] if "checked" in node.attrs else []
    return [node.attrs.get("value", "")]


async def send(visitor: Visitor, target: str, form: Filled) -> Answer:
    return await visitor.request("POST", target, urlencode(form, doseq=True).encode(), FORM.items())


async def fill(visitor: Visitor, target: str, action: str = "", /, **changes: str | list[str] | None) -> Answer:
    """Opens the page, changes some fields, and sends the form; None leaves a field out, as an empty box is."""
    form = filled(await visitor.get(target), action)
    for name, value in changes.items():
        form.pop(name, None)
        if value is not None:
            form[name] = value if isinstance(value, list) else [value]
    return await send(visitor, action or target.partition("?")[0], form)
