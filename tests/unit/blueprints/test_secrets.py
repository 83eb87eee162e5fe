"""What a tag brings in from outside is written where it belongs, and shown nowhere."""

from pathlib import Path
from typing import Any, get_type_hints

import pytest

from tests.unit.blueprints.bench import HEAD, KEYRING, Bench, flow
from tests.unit.blueprints.samples import SMS, entries, write
from watchword.blueprints.problems import BlueprintInvalid
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.stages.catalogue import CATALOGUE
from watchword.storage.config import get_revision

SECRET = "sEcReT-0815"
ENV = {"SECRET": SECRET}

FIELDS = [
    pytest.param(model, field, id=f"{model.split('.')[1]}-{field}")
    for model, entry in entries().items()
    for field in sorted({*entry["attrs"], *entry["identifiers"], *get_type_hints(CATALOGUE.get(model, object))})
    if field in entry["attrs"] or field in entry["identifiers"] or field in CATALOGUE[model].__struct_fields__
]
LABELS = {"name", "slug", "username", "identifier"}
"""What an object is called is no secret: reports name it."""


async def told(bench: Bench, text: str, **given: Any) -> str:
    """The report, or the error with its whole chain."""
    try:
        return repr(await bench.apply(text, **given))
    except BlueprintInvalid as error:
        return f"{error!r} {error.message} {error.problems} {error.__cause__!r} {error.args}"


@pytest.mark.parametrize(("model", "field"), FIELDS)
@pytest.mark.parametrize("value", ["!Env SECRET", ["!Env SECRET"], {"a": "!Env SECRET"}], ids=["plain", "list", "map"])
async def test_a_secret_from_the_environment_is_in_no_error_and_in_no_report(
    bench: Bench, model: str, field: str, value: object
) -> None:
    documents = entries()
    part = "identifiers" if field in documents[model]["identifiers"] else "attrs"
    documents[model][part][field] = value
    text = await told(bench, write(list(documents.values())), env=ENV)
    assert SECRET not in text or (field in LABELS and value == "!Env SECRET")


@pytest.mark.parametrize(
    "tag",
    [
        "!Find [!Env SECRET, [slug, x]]",
        "!Find [authentik_flows.flow, [!Env SECRET, x]]",
        "!Find [!Env SECRET, x]",
        "!KeyOf [!Env SECRET]",
        "!Format ['%d', !Env SECRET]",
        "!Format [!Env SECRET, 1]",
        "!Condition [!Env SECRET, true]",
        "!ParseJSON [!Env SECRET]",
        "!File [!Env SECRET]",
        "!Context [!Env SECRET, [a]]",
        "!If [!Env SECRET, [!Env SECRET]]",
        "!Env [!Env SECRET, [a]]",
    ],
)
async def test_no_tag_repeats_what_a_tag_in_it_came_to(bench: Bench, tag: str) -> None:
    text = HEAD + flow("one", title="x", layout=tag)
    assert (await bench.problems(text, env=ENV))[0].startswith("test.yaml:10: authentik_flows.flow: layout: ")
    assert SECRET not in await told(bench, text, env=ENV)


async def test_a_secret_of_a_file_is_in_no_error(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(SECRET)
    for field in ("layout", "designation", "background", "title"):
        assert SECRET not in await told(bench, HEAD + flow("one", **{field: f"!File {tmp_path}/secret"}))


async def test_a_secret_is_stored_where_it_belongs_and_sealed(bench: Bench) -> None:
    documents = entries()
    documents[SMS]["attrs"] |= {"auth": "!Env SECRET", "auth_password": "!Context secret"}
    text = write(list(documents.values()))
    await bench.apply(text, env=ENV, context={"secret": SECRET})
    stage = await bench.one(AuthenticatorSMSStage)
    assert (stage.auth, stage.auth_password) == (SECRET, SECRET)
    assert SECRET not in repr(await bench.rows())
    revision = await bench.database.read(get_revision, 1)
    assert revision is not None
    assert SECRET not in repr(revision.changes)
    assert set(await bench.actions(text, env=ENV, context={"secret": SECRET})) == {"unchanged"}


async def test_what_is_not_found_by_a_secret_pk_is_null_and_not_told(bench: Bench) -> None:
    text = HEAD + flow("one", title="x", layout="!Find [authentik_flows.flow, [pk, !Env SECRET]]")
    assert SECRET not in await told(bench, text, env=ENV)


@pytest.mark.parametrize(
    ("model", "wrong", "field"),
    [
        ("authentik_core.user", {"password": SECRET, "type": SECRET}, "type"),
        ("authentik_core.token", {"key": SECRET, "intent": SECRET, "expires": SECRET}, "intent"),
        ("authentik_core.token", {"key": SECRET, "expires": SECRET}, "expires"),
    ],
)
async def test_passwords_and_keys_of_the_file_itself_are_in_no_error(
    bench: Bench, model: str, wrong: dict[str, str], field: str
) -> None:
    documents = entries()
    documents[model]["attrs"] |= wrong
    text = await told(bench, write(list(documents.values())))
    assert f"{model}: {field}: " in text
    assert SECRET not in text


async def test_the_keyring_is_not_what_hides_it(bench: Bench) -> None:
    """A mistyped literal is not repeated either."""
    text = await told(bench, HEAD + flow("one", designation=SECRET))
    assert KEYRING.key_id not in text
    assert SECRET not in text
    assert "designation: Choose from " in text
