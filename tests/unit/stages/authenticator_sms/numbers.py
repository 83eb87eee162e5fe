"""Numbers, and the way to the code step."""

import hashlib

from tests.people import OWNER
from tests.unit.engine.visitor import Shown, Visitor

NUMBERS = [f"+49151234567{last}" for last in range(20, 30)]
"""German mobile numbers that belong to nobody."""


async def send_to(visitor: Visitor, number: str = OWNER.number) -> Shown:
    """Begins anew, and gives the number: the code is on its way."""
    await visitor.cancel()
    await visitor.start()
    shown = await visitor.answer(phone_number=number)
    assert shown["phone_number_required"] is False, shown
    return shown


def bare_hash(number: str) -> str:
    """What authentik keeps of a number: worth nothing, for all numbers of a country are hashed within minutes."""
    return hashlib.sha256(number.encode()).hexdigest()
