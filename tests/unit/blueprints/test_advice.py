"""What is applied all the same, and better known."""

from tests.unit.blueprints.bench import Bench
from tests.unit.blueprints.samples import SMS, Document, entries, write
from watchword.blueprints.apply import EXAMPLE_HOST
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage


def with_attrs(model: str, attrs: Document) -> str:
    documents = entries()
    documents[model]["attrs"] |= attrs
    return write(list(documents.values()))


async def advice(bench: Bench, text: str) -> list[str]:
    return [str(problem) for line in await bench.apply(text) for problem in line.advice]


async def test_there_is_none_where_all_is_well(bench: Bench) -> None:
    assert await advice(bench, with_attrs(SMS, {"message": "Code {code} for {host}"})) == []


async def test_a_message_that_costs_more_is_told_at_its_line_each_time_and_applied(bench: Bench) -> None:
    text = with_attrs(SMS, {"message": "{code} " + "a" * 160})
    line = next(number for number, line in enumerate(text.splitlines(), 1) if "message:" in line)
    first = await advice(bench, text)
    assert first[0].startswith(f"test.yaml:{line}: {SMS}: message: This text takes 2 segments")
    assert (await bench.one(AuthenticatorSMSStage)).message.startswith("{code} aaa")
    assert await advice(bench, text) == first


async def test_the_message_is_counted_with_the_name_of_the_site(bench: Bench) -> None:
    room = 160 - len(f"000000 \n\n@{EXAMPLE_HOST} #000000")
    assert await advice(bench, with_attrs(SMS, {"message": "{code} " + "a" * room})) == []
    assert len(await advice(bench, with_attrs(SMS, {"message": "{code} " + "a" * (room + 1)}))) == 1


async def test_a_field_that_does_not_exist_is_named_with_its_line(bench: Bench) -> None:
    """authentik has fields that Watchword has not; but it may as well be a slip of the pen."""
    told = await advice(bench, with_attrs("authentik_flows.flow", {"tilte": "Sign in", "cache": True}))
    assert [part.split(": ", 1)[1] for part in told] == [
        "authentik_flows.flow: cache: Watchword has no such field, and leaves it out.",
        "authentik_flows.flow: tilte: Watchword has no such field, and leaves it out.",
    ]


async def test_advice_repeats_no_value(bench: Bench) -> None:
    told = await advice(bench, with_attrs("authentik_core.user", {"passwort": "sEcReT-0815"}))
    assert len(told) == 1
    assert "sEcReT" not in told[0]


async def test_what_does_not_look_like_twilios_is_told_and_applied(bench: Bench) -> None:
    attrs = {"provider": "twilio", "account_sid": "SK" + "0" * 32, "auth": "0" * 31, "from_number": "+1 2"}
    told = await advice(bench, with_attrs(SMS, attrs))
    assert [part.split(": ")[2] for part in told] == ["account_sid", "from_number", "auth"]
    assert not any("0000" in part for part in told)
    assert (await bench.one(AuthenticatorSMSStage)).account_sid == attrs["account_sid"]
