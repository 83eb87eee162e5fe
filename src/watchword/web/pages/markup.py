"""Small helpers of the templates: attributes, addresses of static files, and what was wrong with an answer."""

import hashlib
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import segno
from jinja2 import Undefined
from markupsafe import Markup

from watchword.web.pages.static_files import STATIC

FORM = "non_field_errors"


def attributes(**values: object) -> Markup:
    """HTML attributes with a blank before each: `aria_label` becomes `aria-label`, True a bare name.

    None, False, "" and an `x if y` without its y leave the attribute out, but for `value`, which may be "".
    """
    return Markup("").join(
        _attribute(name.rstrip("_").replace("_", "-"), value) for name, value in values.items() if _is_said(name, value)
    )


def _is_said(name: str, value: object) -> bool:
    # A name that does not exist is a StrictUndefined, and raises here.
    if value is None or value is False or type(value) is Undefined:
        return False
    return value != "" or name == "value"


def _attribute(name: str, value: object) -> Markup:
    return Markup(" {}").format(name) if value is True else Markup(' {}="{}"').format(name, value)


@cache
def static(path: str) -> str:
    """The address of a static file, which changes with its content; raises FileNotFoundError."""
    digest = hashlib.sha256((STATIC / path).read_bytes()).hexdigest()
    return f"/static/{path}?v={digest[:12]}"


def module(path: str) -> Markup:
    """Modules import nothing from each other: an import's address could not carry the hash of its content."""
    return Markup('<script type="module" src="{}"></script>').format(static(path))


def own_picture(background: str) -> str:
    """A flow's background where the security policy lets it load, else "".

    authentik's own picture is the default on the wire, and is not here.
    """
    is_ours = background.startswith("/") and not background.startswith(("//", "/\\", "/static/dist/"))
    return background if is_ours or background.startswith("data:image/") else ""


def qr(text: str) -> str:
    """A QR code as the address of a picture; dark on light in both schemes, as scanners want it."""
    return segno.make_qr(text, error="m").svg_data_uri(scale=4, border=4, dark="#000", light="#fff")


class Problems:
    """What was wrong with an answer: each sentence is shown once, next to its field or with the form."""

    def __init__(self, response_errors: Mapping[str, Iterable[Mapping[str, Any]]]) -> None:
        self._sentences = {
            field: [str(error["string"]) for error in errors] for field, errors in response_errors.items()
        }

    def __bool__(self) -> bool:
        return any(self._sentences.values())

    def of(self, field: str) -> list[str]:
        return self._sentences.get(field, [])

    def form(self) -> list[str]:
        return self.of(FORM)

    def fields(self) -> list[str]:
        return [field for field, sentences in self._sentences.items() if sentences]

    def others(self, *fields: str) -> list[str]:
        """The form's own and those of fields that the page does not show, so that none is lost."""
        return [
            sentence for field, sentences in self._sentences.items() if field not in fields for sentence in sentences
        ]
