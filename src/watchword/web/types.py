"""The type of a request, in one place."""

from typing import Any

from litestar import Request
from litestar.datastructures import State

WebRequest = Request[Any, Any, State]
