"""Verify-only: that a number was proved is kept; the number is not, anywhere."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.people import OWNER
from tests.unit.engine.engine import Engine, open_engine
from tests.unit.engine.flows import asks, flow, prompt, sms
from tests.unit.engine.visitor import Visitor, ended, problem
from tests.unit.stages.authenticator_sms.numbers import bare_hash, send_to
from watchword.phone import number_key
from watchword.storage.database import open_database
from watchword.storage.migrate import migrate

EXPECTED = {"enrolled": (True, None), "half-way": (False, False), "failed": (False, True)}
"""Whether the flow has ended, and whether a number is asked for."""


def all_bytes(directory: Path) -> bytes:
    return b"".join(file.read_bytes() for file in directory.iterdir())


async def test_a_device_is_a_keyed_hash_and_nothing_more(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sms(verify_only=True)))
    await send_to(owner)
    assert ended(await owner.answer(code=engine.code))
    (device,) = await engine.devices(OWNER)
    assert (device.phone_number, device.masked, device.hashed, device.confirmed) == (None, "", True, True)
    assert device.number_key == number_key(engine.services.keyring, OWNER.number)
    assert device.number_key != bare_hash(OWNER.number)
    assert device.key_id == engine.services.keyring.key_id
    (event,) = await engine.events("device_enrolled")
    assert event.context == {"stage": "sms", "hashed": True, "masked": ""}


async def test_the_owner_still_reads_which_phone_it_was(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sms(verify_only=True)))
    assert (await send_to(owner))["masked_number"] == "+49 ••• ••13"


@pytest.mark.parametrize("end", ["enrolled", "half-way", "failed"])
async def test_the_database_never_holds_the_number(tmp_path: Path, quick: None, end: str) -> None:
    """Neither in a table nor in a free page, not as a bare hash, and not its last digits."""
    url = f"sqlite:///{tmp_path / 'own.db'}"
    migrate(url)
    database = open_database(url)
    async with open_engine(database) as engine:
        await engine.add_user(OWNER)
        await engine.install(flow(asks(prompt()), sms(verify_only=True)))
        owner = await engine.visitor(OWNER)
        if end == "failed":
            engine.fail()
        await owner.start()
        shown = await owner.answer(phone=OWNER.number)
        if end == "enrolled":
            shown = await owner.answer(code=engine.code)
        assert (ended(shown), shown.get("phone_number_required")) == EXPECTED[end]
        kept = all_bytes(tmp_path)
    await database.close()
    assert OWNER.username.encode() in kept
    for trace in (OWNER.number[1:], OWNER.national, bare_hash(OWNER.number), "••13"):
        assert trace.encode() not in kept


async def test_turning_it_on_changes_no_device_and_knows_the_old_ones(
    engine: Engine, owner: Visitor, other: Visitor
) -> None:
    step = sms()
    await engine.install(flow(step))
    await send_to(owner)
    await owner.answer(code=engine.code)
    await engine.install([replace(step.stage, verify_only=True)])
    await other.start()
    assert problem(await other.answer(phone_number=OWNER.number)) == ("phone_number", "number_taken")
    (device,) = await engine.devices(OWNER)
    assert (device.phone_number, device.hashed) == (OWNER.number, False)
