"""The types of a request and of what answers one, in one place."""

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Request, Response
from litestar.datastructures import State

WebRequest = Request[Any, Any, State]

Show = Callable[[WebRequest], Awaitable[Response[Any]]]
