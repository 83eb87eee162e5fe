"""The addresses of what happened: messages, events and sessions."""

from functools import partial

from watchword.web.pages.console import ending, event, message, records
from watchword.web.pages.console.events import EVENTS_KIND
from watchword.web.pages.console.links import EVENTS, MESSAGES, SESSIONS
from watchword.web.pages.console.messages import MESSAGES_KIND
from watchword.web.pages.console.people.doors import proven
from watchword.web.pages.console.sessions import SESSIONS_KIND
from watchword.web.types import Show

_KINDS = (MESSAGES_KIND, EVENTS_KIND, SESSIONS_KIND)
_END = f"{SESSIONS}{{number:str}}/end/"

SHOWN: tuple[tuple[str, Show], ...] = (
    *((kind.url, partial(records.show, kind)) for kind in _KINDS),
    *((kind.file, partial(records.save, kind)) for kind in _KINDS),
    (f"{MESSAGES}{{number:str}}/", message.show),
    (f"{EVENTS}{{pk:str}}/", event.show),
    (_END, proven(ending.ask)),
)
TAKEN: tuple[tuple[str, Show], ...] = ((_END, proven(ending.end)),)
