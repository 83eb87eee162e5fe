"""How much goes through a gateway at once: as the settings say, as far as this process may open connections."""

import structlog

from watchword.descriptors import room_for_sends
from watchword.gateways.lane import Limits
from watchword.settings import Settings

log = structlog.get_logger(__name__)


def gateway_limits(settings: Settings) -> Limits:
    room = room_for_sends()
    if room < settings.gateway_concurrency:
        log.warning("gateway_concurrency_lowered", to=room, reason="the limit of open files (RLIMIT_NOFILE)")
    if settings.gateway_deadline < settings.gateway_timeout:
        log.warning("gateway_timeout_lowered", to=settings.gateway_deadline, reason="visitors wait no longer")
    return Limits(
        at_once=min(settings.gateway_concurrency, room),
        waiting=settings.gateway_queue,
        deadline=settings.gateway_deadline,
    )
