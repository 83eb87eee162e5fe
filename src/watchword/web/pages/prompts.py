"""How each type of prompt is asked in HTML."""

from typing import Any

Field = dict[str, Any]

WIDGETS: dict[str, str] = {
    "text": "input",
    "text_read_only": "input",
    "username": "input",
    "email": "input",
    "password": "password",
    "number": "input",
    "date": "input",
    "date-time": "input",
    "text_area": "textarea",
    "text_area_read_only": "textarea",
    "checkbox": "checkbox",
    "radio-button-group": "radios",
    "dropdown": "select",
    "ak-locale": "select",
    "separator": "separator",
    "hidden": "hidden",
    "static": "static",
    "alert_info": "alert",
    "alert_warning": "alert",
    "alert_danger": "alert",
}

SILENT = frozenset(kind for kind, name in WIDGETS.items() if name in {"separator", "static", "alert", "hidden"})
"""Types that nobody can fill in."""

_AS_TYPED = {"autocapitalize": "none", "spellcheck": "false"}

_INPUTS: dict[str, dict[str, str | bool]] = {
    "text_read_only": {"readonly": True},
    "username": {"autocomplete": "username", **_AS_TYPED},
    "email": {"type": "email", "autocomplete": "email", **_AS_TYPED},
    "number": {"type": "number", "step": "1", "inputmode": "numeric", "dir": "ltr"},
    "date": {"type": "date"},
    "date-time": {"type": "datetime-local"},
}

_BY_KEY: dict[str, dict[str, str | bool]] = {
    "phone": {"type": "tel", "autocomplete": "tel", "inputmode": "tel", "dir": "ltr"},
    "name": {"autocomplete": "name"},
}
"""What a browser may fill in, for text fields whose key says what they hold."""

LANGUAGES: tuple[tuple[str, str], ...] = (
    ("ar", "العربية"),
    ("cs", "Čeština"),
    ("de", "Deutsch"),
    ("en", "English"),
    ("es", "Español"),
    ("fr", "Français"),
    ("he", "עברית"),
    ("it", "Italiano"),
    ("ja", "日本語"),
    ("ko", "한국어"),
    ("nl", "Nederlands"),
    ("pl", "Polski"),
    ("pt-BR", "Português (Brasil)"),
    ("tr", "Türkçe"),
    ("uk", "Українська"),
    ("zh-Hans", "简体中文"),
    ("zh-Hant", "繁體中文"),
)


def widget(field: Field) -> str:
    """The template's name under `prompts/`; a type we do not know is asked as text."""
    return WIDGETS.get(field["type"], "input")


def input_attributes(field: Field) -> dict[str, str | bool]:
    found: dict[str, str | bool] = {"type": "text", **_INPUTS.get(field["type"], {})}
    if field["type"] == "text":
        found |= _BY_KEY.get(field["field_key"], {})
    return found


def options(field: Field) -> list[tuple[str, str]]:
    """(value, label) of a list; a language that was chosen elsewhere stays in it."""
    if field["type"] != "ak-locale":
        return [(choice["value"], choice["label"]) for choice in field["choices"] or []]
    known = [("", "Same as my browser"), *LANGUAGES]
    chosen = field["initial_value"]
    return known if chosen in dict(known) else [*known, (chosen, chosen)]


def is_ticked(field: Field) -> bool:
    """Expressions give "True", forms "true" or "on"."""
    return str(field["initial_value"]).strip().lower() in {"true", "on", "1", "yes"}
