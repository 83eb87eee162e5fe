"""What is kept of a run between two requests: sealed, so that the database neither tells it nor can change it."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import Connection, update

from tests.people import OWNER
from tests.unit.engine.engine import Engine
from tests.unit.engine.flows import asks, flow, prompt
from tests.unit.engine.visitor import Visitor
from watchword.flows.execution import SCHEMA, Context, Execution, Step, freeze, restore, seal
from watchword.keyring import Keyring
from watchword.storage.tables import executions

KEYRING = Keyring("a" * 64)
STEPS = (Step(binding="b", stage="s", reevaluate=True),)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


def an_execution(**context: object) -> Execution:
    data = {"phone": OWNER.number, **context}
    return Execution(id="e", flow="f", steps=STEPS, position=0, context=Context(prompt_data=data))


@given(data=st.dictionaries(st.text(), JSON, max_size=4))
@hypothesis_settings(max_examples=60)
def test_a_run_comes_back_as_it_was(data: dict[str, object]) -> None:
    execution = an_execution(**data)
    assert restore(KEYRING, seal(KEYRING, freeze(execution)), 7) == msgspec.structs.replace(execution, version=7)


def test_the_same_state_freezes_to_the_same_bytes() -> None:
    """Else every look at a step would be a write."""
    one, other = an_execution(a=1, b=2), an_execution(b=2, a=1)
    other.version = 5
    assert freeze(one) == freeze(other)


def test_what_is_kept_tells_nothing_and_never_looks_the_same() -> None:
    frozen = freeze(an_execution())
    sealed = seal(KEYRING, frozen)
    assert OWNER.number.encode() in frozen
    assert OWNER.number.encode() not in sealed
    assert seal(KEYRING, frozen) != sealed


@given(position=st.integers(min_value=0), flip=st.integers(1, 255))
@hypothesis_settings(max_examples=60)
def test_a_changed_byte_makes_it_unusable(position: int, flip: int) -> None:
    sealed = bytearray(seal(KEYRING, freeze(an_execution())))
    sealed[position % len(sealed)] ^= flip
    assert restore(KEYRING, bytes(sealed), 1) is None


@pytest.mark.parametrize(
    "sealed",
    [
        b"",
        b"{}",
        seal(Keyring("b" * 64), freeze(an_execution())),
        KEYRING.seal("another purpose", freeze(an_execution())),
        seal(KEYRING, b"no json"),
        seal(KEYRING, b'{"id": 1}'),
        seal(KEYRING, freeze(msgspec.structs.replace(an_execution(), schema=SCHEMA + 1))),
    ],
    ids=["empty", "plain", "another key", "another purpose", "no JSON", "other fields", "another schema"],
)
def test_what_cannot_be_used_is_nothing(sealed: bytes) -> None:
    assert restore(KEYRING, sealed, 1) is None


def overwrite(conn: Connection, state: bytes) -> None:
    conn.execute(update(executions).values(state=state))


async def test_a_forged_run_begins_anew(engine: Engine, owner: Visitor) -> None:
    """Whoever can write to the database, but has not the key, takes nobody to a later step."""
    await engine.install(flow(asks(prompt("a"), name="one"), asks(prompt("b"), name="two")))
    await owner.answer(a="x")
    forged = msgspec.structs.replace(await engine.execution(owner), position=2)
    for state in (freeze(forged), seal(Keyring("b" * 64), freeze(forged))):
        await engine.services.database.run(overwrite, state)
        shown = await owner.look()
        assert (shown["component"], shown["fields"][0]["field_key"]) == ("ak-stage-prompt", "a")


def test_what_a_newer_version_adds_is_passed_over() -> None:
    """While an upgrade goes on, both versions answer the same visitor."""
    newer = json.loads(freeze(an_execution()))
    newer |= {"from_the_future": [1], "context": {**newer["context"], "more": {}}}
    newer["steps"] = [{**step, "more": 1} for step in newer["steps"]]
    assert restore(KEYRING, seal(KEYRING, json.dumps(newer).encode()), 0) == an_execution()


async def test_a_run_of_a_newer_schema_begins_anew(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(asks(prompt("a"), name="one"), asks(prompt("b"), name="two")))
    await owner.answer(a="x")
    newer = msgspec.structs.replace(await engine.execution(owner), schema=SCHEMA + 1)
    await engine.services.database.run(overwrite, seal(engine.services.keyring, freeze(newer)))
    shown = await owner.look()
    assert (shown["component"], shown["fields"][0]["field_key"]) == ("ak-stage-prompt", "a")
    assert (await owner.answer(a="x"))["fields"][0]["field_key"] == "b"


async def test_the_row_of_a_run_holds_no_answer(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(asks(prompt(), name="one"), asks(prompt("b"), name="two")))
    await owner.answer(phone=OWNER.number)
    (row,) = await engine.rows("execution")
    assert OWNER.number.encode() not in row.state
    assert b"prompt_data" not in row.state


async def test_looking_writes_nothing(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(asks(prompt())))
    await owner.start()
    before = await engine.rows("execution")
    await owner.look()
    assert await engine.rows("execution") == before
