"""The hosted pages as HTML: a template for each component of a challenge, and a few pages of our own.

Nothing here knows of HTTP. Pages obey the content security policy by construction: no inline script, no inline
style, nothing from elsewhere.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined

from watchword.gateways.demo.gateway import DemoMessage
from watchword.passwords import MIN_LENGTH
from watchword.phone import Country, countries
from watchword.storage.events import EventRow
from watchword.storage.users import User
from watchword.web.pages import markup, prompts, words
from watchword.web.pages.api_rows import Section
from watchword.web.pages.navigation import CONSOLE_PARTS, entry_at

TEMPLATES: dict[str, str] = {
    "ak-stage-identification": "stages/identification.html",
    "ak-stage-password": "stages/password.html",
    "ak-stage-prompt": "stages/prompt.html",
    "ak-stage-authenticator-sms": "stages/sms.html",
    "ak-stage-authenticator-static": "stages/static.html",
    "ak-stage-authenticator-totp": "stages/totp.html",
    "ak-stage-authenticator-validate": "stages/validate.html",
    "ak-stage-user-login": "stages/user_login.html",
    "ak-stage-access-denied": "stages/access_denied.html",
    "ak-stage-flow-error": "stages/flow_error.html",
}

_RIGHT_TO_LEFT = frozenset({"ar", "dv", "fa", "he", "ps", "ur", "yi"})


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """What every page knows of its visit.

    `csrf` and `step` travel in the form; `user` is who is signed in; `action` is where the form goes and where a
    fresh start leads; `default_region` is an ISO 3166-1 code, or "".
    """

    host: str
    csrf: str = ""
    step: str = ""
    locale: str = "en"
    user: str | None = None
    notices: tuple[str, ...] = ()
    action: str = ""
    cancel_url: str = "/"
    default_region: str = ""
    standing: str = ""
    """What is the matter with the whole server, for as long as it is."""

    @property
    def direction(self) -> str:
        return "rtl" if self.locale.partition("-")[0] in _RIGHT_TO_LEFT else "ltr"

    @property
    def countries(self) -> tuple[Country, ...]:
        """Only for the page that shows them: the first to ask waits a fifth of a second."""
        return countries()

    def static(self, path: str) -> str:
        return markup.static(path)


class DeviceRow(msgspec.Struct, frozen=True, kw_only=True):
    """An authenticator; `masked` is a phone's, and empty where `hashed`: no number was kept.

    `change_url` is where the number is changed, or "".
    """

    device_class: str = "sms"
    url: str = ""
    name: str
    masked: str
    hashed: bool
    locked: bool = False
    failures: int = 0
    """Wrong codes in a row."""
    confirmed: bool = True
    restorable: bool = False
    change_url: str = ""
    added: datetime
    last_used: datetime | None = None


class SessionRow(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    browser: str
    address: str
    since: datetime
    last_seen: datetime
    is_this: bool


class AddLink(msgspec.Struct, frozen=True, kw_only=True):
    device_class: str = ""
    label: str
    url: str


def render_challenge(challenge: dict[str, Any], page: Page) -> str:
    """Raises KeyError for a component that has no page."""
    template = TEMPLATES[challenge["component"]]
    problems = markup.Problems(challenge.get("response_errors") or {})
    return render(template, page=page, challenge=challenge, problems=problems)


def render_devices(
    page: Page, devices: Sequence[DeviceRow], ways_to_add: Sequence[AddLink] = (), *, administrator: bool = False
) -> str:
    return render("devices.html", page=page, devices=devices, ways_to_add=ways_to_add, administrator=administrator)


def render_device(page: Page, device: DeviceRow, problem: str = "") -> str:
    """`problem` is what is wrong with the name that was typed."""
    return render("device.html", page=page, device=device, problems=_problems("name", problem))


def render_removal(page: Page, device: DeviceRow, last: bool, problem: str = "") -> str:
    """`last` says that nothing is left then."""
    problems = _problems("last", problem)
    return render("device_removal.html", page=page, device=device, last=last, problems=problems)


def _problems(field: str, problem: str) -> markup.Problems:
    return markup.Problems({field: [{"string": problem}]} if problem else {})


def render_first_start(page: Page, username: str, errors: Mapping[str, Sequence[str]]) -> str:
    """`errors` are sentences by field."""
    said = {field: [{"string": sentence} for sentence in lines] for field, lines in errors.items()}
    problems = markup.Problems(said)
    return render("first_start.html", page=page, username=username, shortest=MIN_LENGTH, problems=problems)


def render_sessions(page: Page, sessions: Sequence[SessionRow], events: Sequence[EventRow] = ()) -> str:
    """`events` are the user's own, the newest first."""
    return render("sessions.html", page=page, sessions=sessions, events=events)


def render_deed(page: Page, owner: User, device: DeviceRow, deed: str, means: str, cost: str = "") -> str:
    """`cost` is what its owner loses besides, if anything."""
    return render("admin/deed.html", page=page, owner=owner, device=device, deed=deed, means=means, cost=cost)


def render_api(page: Page, sections: Sequence[Section], shown: Section | None = None) -> str:
    """The documentation of the API: one section, or where there is none the overview."""
    return render("api.html", page=page, sections=sections, shown=shown)


def render_error(page: Page, title: str, sentence: str, request_id: str, status: int) -> str:
    return render("error.html", page=page, title=title, sentence=sentence, request_id=request_id, status=status)


def render_handset(page: Page, messages: Sequence[DemoMessage]) -> str:
    """`messages` in any order; the newest is shown first."""
    return render("handset.html", page=page, messages=_newest_first(messages))


def render_messages(messages: Sequence[DemoMessage]) -> str:
    """The handset's list alone, for its script."""
    return render("parts/messages.html", messages=_newest_first(messages))


def _newest_first(messages: Sequence[DemoMessage]) -> list[DemoMessage]:
    return sorted(messages, key=lambda message: message.time, reverse=True)


def render(template: str, **values: object) -> str:
    return _ENVIRONMENT.get_template(template).render(values)


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("watchword.web.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals |= {
        "attributes": markup.attributes,
        "static": markup.static,
        "module": markup.module,
        "widget": prompts.widget,
        "silent_types": prompts.SILENT,
        "input_attributes": prompts.input_attributes,
        "options": prompts.options,
        "is_ticked": prompts.is_ticked,
        "problems": markup.Problems({}),
        "no_problems": markup.Problems({}),
        "console": CONSOLE_PARTS,
        "console_entry": entry_at,
    }
    environment.filters |= {
        "device_label": words.device_label,
        "identifier_label": words.identifier_label,
        "in_fours": words.in_fours,
        "own_picture": markup.own_picture,
        "qr": markup.qr,
        "day": words.day,
        "event_meaning": words.event_meaning,
        "moment": words.moment,
        "span": words.span,
        "stamp": words.stamp,
    }
    return environment


_ENVIRONMENT = _environment()
