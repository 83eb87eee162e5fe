"""What visitors do, as the executor's JSON clients do it."""

from benchmarks.members import PASSWORD, phone_of, username_of
from benchmarks.visitor import END, Job, Visitor

STEPS = 20
"""Of the flow whose steps are answered, as the scenario has it."""


async def _begin_steps(visitor: Visitor) -> None:
    await visitor.flow("steps")


async def _show(visitor: Visitor) -> None:
    shown = await visitor.flow("steps")
    assert shown["component"] == "ak-stage-prompt", shown


async def _answer(visitor: Visitor) -> None:
    """The whole flow, so that each visit begins anew."""
    await visitor.flow("steps")
    for _ in range(STEPS):
        end = await visitor.flow("steps", note="what somebody typed")
    assert end["component"] == END, end


async def _enrol(visitor: Visitor) -> None:
    """+1 234: the region of the documented policy; 7.9 million numbers of it are assigned."""
    visitor.forget()
    exchange, line = divmod(visitor.number, 10_000)
    phone = f"+1234{_EXCHANGES[exchange]}{line:04}"
    await visitor.flow("enrol")
    asked = await visitor.flow("enrol", username=f"new{visitor.number}", phone=phone)
    assert asked["component"] == "ak-stage-authenticator-sms", asked
    end = await visitor.flow("enrol", code=visitor.gateway.code(phone))
    assert end["component"] == END, end


_EXCHANGES = [number for number in range(200, 1000) if number % 100 != 11]  # N11 is no exchange (North American plan)


async def _sign_in(visitor: Visitor) -> None:
    visitor.forget()
    await visitor.flow("sign-in")
    await visitor.flow("sign-in", uid_field=username_of(visitor.number))
    asked = await visitor.flow("sign-in", password=PASSWORD)
    assert asked["component"] == "ak-stage-authenticator-validate", asked
    end = await visitor.flow("sign-in", code=visitor.gateway.code(phone_of(visitor.number)))
    assert end["component"] == END, end


SHOW = Job("show", _show, _begin_steps)
ANSWER = Job("answer", _answer, _begin_steps)
ENROL = Job("enrol", _enrol)
SIGN_IN = Job("sign-in", _sign_in)
