"""Objects of the configuration as JSON documents; the fields that are secret are sealed in them."""

import base64
from collections.abc import Mapping
from typing import Any

import msgspec

from watchword.errors import ConfigurationInvalid, Problem
from watchword.keyring import Keyring
from watchword.model.base import ConfigObject
from watchword.model.fields import secret_fields

Catalogue = Mapping[str, type[ConfigObject]]
Document = dict[str, Any]

SEALED = "sealed:"
_PURPOSE = "config-secret"


def plain_document(obj: ConfigObject) -> Document:
    """An object as JSON has it, without its pk, which is kept beside it."""
    document: Document = msgspec.json.decode(msgspec.json.encode(obj))
    del document["pk"]
    return document


def seal_document(cls: type[ConfigObject], plain: Document, keyring: Keyring) -> Document:
    """An empty secret stays as it is: that there is none may be seen."""
    return plain | {name: _seal(plain[name], keyring) for name in secret_fields(cls) if plain.get(name)}


def open_document(cls: type[ConfigObject], sealed: Document, keyring: Keyring) -> Document:
    """A secret that stands there in clear, from before its field was one, is taken as it is.

    Raises `SettingsInvalid` where a secret was sealed with another key.
    """
    return sealed | {name: _open(sealed[name], keyring) for name in secret_fields(cls) if name in sealed}


def _seal(value: Any, keyring: Keyring) -> str:
    return SEALED + base64.b64encode(keyring.seal(_PURPOSE, msgspec.json.encode(value))).decode()


def _open(value: Any, keyring: Keyring) -> Any:
    if not (isinstance(value, str) and value.startswith(SEALED)):
        return value
    return msgspec.json.decode(keyring.open(_PURPOSE, base64.b64decode(value.removeprefix(SEALED))))


def sealed_anew(value: Any, keyring: Keyring) -> Any:
    """A JSON value with every secret in it under the key in force: of any model, also one that this version has not."""
    if isinstance(value, dict):
        return {name: sealed_anew(inner, keyring) for name, inner in value.items()}
    if isinstance(value, list):
        return [sealed_anew(inner, keyring) for inner in value]
    if not (isinstance(value, str) and value.startswith(SEALED)):
        return value
    try:
        fresh = keyring.sealed_anew(_PURPOSE, base64.b64decode(value.removeprefix(SEALED)))
    except ValueError:  # somebody wrote a text that only begins like that
        return value
    return value if fresh is None else SEALED + base64.b64encode(fresh).decode()


def to_object(catalogue: Catalogue, keyring: Keyring, *, pk: str, model: str, document: Document) -> ConfigObject:
    """Raises `ConfigurationInvalid` for a model this version has not, or a document that is none of it."""
    cls = catalogue.get(model)
    label = str(document.get("name") or document.get("slug") or pk)
    if cls is None:
        problem = "This version of Watchword knows no such model."
        raise ConfigurationInvalid([Problem(model, label, "model", problem)])
    try:
        return msgspec.convert(open_document(cls, document, keyring) | {"pk": pk}, cls)
    except msgspec.ValidationError as error:
        raise ConfigurationInvalid([Problem(model, label, "document", str(error))]) from None
