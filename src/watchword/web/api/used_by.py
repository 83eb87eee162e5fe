"""What refers to an object, as the API says it."""

import msgspec

from watchword.model.usage import Use, UsedByAction


class UsedBy(msgspec.Struct, kw_only=True):
    """An object that refers to this one, and what becomes of the reference when this one is deleted."""

    app: str
    model_name: str
    pk: str
    name: str
    action: UsedByAction


def used_by_line(use: Use) -> UsedBy:
    app, model = use.user.model.split(".")
    return UsedBy(app=app, model_name=model, pk=use.user.pk, name=use.user.called, action=use.action)
