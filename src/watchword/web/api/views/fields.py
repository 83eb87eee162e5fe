"""What every view of a configuration object begins with."""

from typing import Any

import msgspec

from watchword.model.base import ConfigObject
from watchword.model.fields import fields_of, secret_fields
from watchword.web.api.call import Call
from watchword.web.api.relations import Relations, relations


class Named(msgspec.Struct, kw_only=True):
    """What kind of object it is, for clients that show several kinds."""

    component: str
    verbose_name: str
    verbose_name_plural: str
    meta_model_name: str


def relations_of(call: Call) -> Relations:
    return relations(call.services.configuration.snapshot)


def reveals(call: Call) -> bool:
    """Whether secrets are answered in clear: to superusers, where the settings say so."""
    return call.services.settings.api_reveal_secrets and call.caller.superuser


def fields_shown(obj: ConfigObject, *, reveal: bool = False) -> dict[str, Any]:
    """Every field; a secret is an empty text."""
    shown = {"pk": obj.pk} | {info.name: getattr(obj, info.name) for info in fields_of(type(obj))}
    return shown if reveal else shown | dict.fromkeys(secret_fields(type(obj)), "")


def named(cls: type[ConfigObject], component: str, plural: str = "") -> dict[str, str]:
    return {
        "component": component,
        "verbose_name": cls.verbose_name,
        "verbose_name_plural": plural or f"{cls.verbose_name}s",
        "meta_model_name": cls.model,
    }
