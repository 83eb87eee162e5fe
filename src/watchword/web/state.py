"""What every handler can reach: put on the application once, at start."""

from dataclasses import dataclass

from litestar import Litestar
from litestar.datastructures import State

from watchword.flows.executor import Executor
from watchword.flows.services import Services
from watchword.pacing import Pace
from watchword.web.addresses import Proxies
from watchword.web.readiness import Readiness
from watchword.web.types import WebRequest

_KEY = "house"


@dataclass(frozen=True, kw_only=True)
class House:
    services: Services
    executor: Executor
    proxies: Proxies
    readiness: Readiness
    demo: bool = False


def settle(state: State, house: House) -> None:
    state[_KEY] = house


def house_of(request: WebRequest) -> House:
    return house_in(request.app)


def house_in(app: Litestar) -> House:
    house: House = app.state[_KEY]
    return house


def pace_in(app: Litestar) -> Pace | None:
    """None where only a part of the application was put together, with no house."""
    house: House | None = app.state.get(_KEY)
    return house.services.pace if house else None
