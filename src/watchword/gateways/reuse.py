"""Connections that are used again: none that the other side has closed, for a message must not fail by that.

Nor may it be sent twice. So whether a connection is good is asked before the first byte goes out; once it has, whatever
goes wrong is a failed send (RFC 9110, 9.2.2). Left is the moment in which the closing is on its way.
"""

import select
from weakref import WeakSet

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection

KEPT_SECONDS = 4.0
"""Unused connections are given up before most servers do so: 5 seconds are the default of many."""

_CLOSED = select.POLLIN | select.POLLHUP | select.POLLERR
"""Whatever there is to read on one that nothing was asked by is its end."""

_used: WeakSet[ResponseHandler] = WeakSet()


class _Stale(Exception):
    """Nothing was sent by it."""


class Request(aiohttp.ClientRequest):
    async def send(self, conn: Connection) -> aiohttp.ClientResponse:
        """Raises `_Stale`. A new connection is not asked: with TLS 1.3 the server speaks first."""
        protocol = conn.protocol
        if protocol is not None:
            if protocol in _used and _is_closed(conn):
                raise _Stale
            _used.add(protocol)
        return await super().send(conn)


async def by_a_good_connection(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """aiohttp's middleware. The stale one was closed, so it comes to an end: with a new one at the latest."""
    while True:
        try:
            return await handler(request)
        except _Stale:
            continue


def _is_closed(conn: Connection) -> bool:
    """The event loop may know it only after what it does now: it is the kernel that is asked."""
    connected = conn.transport.get_extra_info("socket") if conn.transport else None
    if connected is None or connected.fileno() < 0:
        return True
    asked = select.poll()
    asked.register(connected.fileno(), _CLOSED)
    return bool(asked.poll(0))
