"""API tokens: everybody's own, and anybody's for superusers."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection

from watchword.administration import tokens as deeds
from watchword.administration.tokens import KeyForm, TokenForm, require_token
from watchword.administration.users import require_user
from watchword.errors import NotFound
from watchword.storage.listing import Wanted
from watchword.storage.tokens import Token, page_of_tokens
from watchword.storage.users import find_user
from watchword.web.api.call import Call
from watchword.web.api.operation import Operation, Parameter
from watchword.web.api.row_filters import MOMENT, RowFilter, as_moment, columns_named, flag_filter, text_filter
from watchword.web.api.row_resource import RowResource
from watchword.web.api.shapes import Moment, Uuid, described_as, request_type
from watchword.web.api.views.people import UserView, user_view


@described_as("Token")
class TokenView(msgspec.Struct, kw_only=True):
    """A token, without its key."""

    pk: Uuid
    managed: str | None
    identifier: str
    intent: str
    user: int
    user_obj: UserView
    description: str
    expires: Moment | None
    expiring: bool
    created: Moment
    last_used: Moment | None


class TokenKey(msgspec.Struct, kw_only=True):
    """A token's key."""

    key: str


def _get(conn: Connection, call: Call) -> Token:
    token = require_token(conn, call.part("identifier"))
    if not call.caller.may_see(token.user_id):
        raise NotFound("No Token matches the given query.")
    return token


def _page(conn: Connection, call: Call, wanted: Wanted) -> tuple[int, list[Token]]:
    owners = None if call.caller.superuser else [call.caller.user.id]
    if username := call.option("user__username"):
        named = find_user(conn, username=username)
        owners = [named.id] if named and call.caller.may_see(named.id) else []
    if call.option("managed"):
        owners = []  # nothing but people manages tokens here
    return page_of_tokens(conn, wanted, user_ids=owners)


def _show(conn: Connection, call: Call, tokens: Sequence[Token]) -> list[TokenView]:
    return [
        TokenView(
            pk=token.pk,
            managed=None,
            identifier=token.identifier,
            intent=token.intent,
            user=token.user_id,
            user_obj=user_view(conn, call.services.keyring, require_user(conn, token.user_id)),
            description=token.description,
            expires=token.expires,
            expiring=token.expiring,
            created=token.created,
            last_used=token.last_used,
        )
        for token in tokens
    ]


def _create(conn: Connection, call: Call, values: dict[str, Any]) -> Token:
    caller, services = call.caller, call.services
    return deeds.create(
        conn, services.keyring, values, by=caller.author, superuser=caller.superuser, now=services.clock()
    )


def _change(conn: Connection, call: Call, token: Token, values: dict[str, Any]) -> Token:
    caller = call.caller
    return deeds.change(conn, token, values, by=caller.author, superuser=caller.superuser, now=call.services.clock())


def _remove(conn: Connection, call: Call, token: Token) -> None:
    deeds.remove(conn, token, by=call.author, now=call.services.clock())


TOKENS = RowResource[Token](
    id="core_tokens",
    path="/core/tokens",
    part="identifier",
    noun="token",
    name="Token",
    view=TokenView,
    get=_get,
    page=_page,
    show=_show,
    access="signed_in",
    filters=(
        text_filter("identifier"),
        text_filter("intent"),
        text_filter("description"),
        flag_filter("expiring"),
        RowFilter("expires", "expires", as_moment, schema=MOMENT),
    ),
    orders=columns_named("identifier", "expires", "intent", "last_used", "created"),
    order="identifier",
    more=(Parameter(name="user__username"), Parameter(name="managed")),
    form=TokenForm,
    create=_create,
    change=_change,
    remove=_remove,
)


async def _view_key(call: Call) -> TokenKey:
    def work(conn: Connection) -> TokenKey:
        services = call.services
        token = _get(conn, call)
        return TokenKey(key=deeds.view_key(conn, services.keyring, token, by=call.author, now=services.clock()))

    return await call.services.database.run(work)


async def _set_key(call: Call) -> None:
    values = await call.fields(KeyForm)

    def work(conn: Connection) -> None:
        deeds.set_key(conn, _get(conn, call), values["key"], by=call.author, now=call.services.clock())

    await call.services.database.run(work)


OPERATIONS = (
    *TOKENS.operations(),
    Operation(
        id="core_tokens_view_key_retrieve",
        method="GET",
        path="/core/tokens/{identifier}/view_key/",
        summary="Show a token's key; an event tells who looked.",
        handle=_view_key,
        answer=TokenKey,
        access="signed_in",
        sensitive=True,
    ),
    Operation(
        id="core_tokens_set_key_create",
        method="POST",
        path="/core/tokens/{identifier}/set_key/",
        summary="Choose a token's key by hand; it cannot be shown afterwards.",
        handle=_set_key,
        body=request_type("TokenSetKeyRequest", KeyForm),
        status=204,
        access="signed_in",
        sensitive=True,
    ),
)
