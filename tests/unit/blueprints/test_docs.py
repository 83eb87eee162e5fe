"""Every blueprint that a page of the documents shows is applied here."""

import json
import re
from pathlib import Path
from typing import get_args

import msgspec
import pytest
import yaml

from tests.unit.blueprints.bench import Bench
from tests.unit.blueprints.samples import SMS
from watchword.blueprints.budget import MAX_DEPTH, MAX_TEXT, MAX_VALUES
from watchword.blueprints.document import State
from watchword.blueprints.people.groups import GROUP, GroupForm
from watchword.blueprints.people.tokens import TOKEN, TokenForm
from watchword.blueprints.people.users import USER, UserForm
from watchword.blueprints.tags import TAGS
from watchword.model.flow import Flow, FlowStageBinding
from watchword.model.policy import ExpressionPolicy
from watchword.model.snapshot import Snapshot
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.stages.prompt import PromptStage
from watchword.storage.groups import find_group

DOCS = Path(__file__).parents[3] / "docs"
PAGES = {page.stem: page.read_text() for page in sorted(DOCS.glob("*.md"))}
PAGE = PAGES["blueprints"]


def blocks(text: str) -> list[str]:
    """A page may show other YAML too, as that of Prometheus."""
    shown: list[str] = re.findall(r"^```yaml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [block for block in shown if re.search(r"^entries:", block, re.MULTILINE)]


@pytest.mark.parametrize("page", PAGES)
async def test_every_blueprint_of_a_page_can_be_applied_twice(bench: Bench, page: str) -> None:
    for block in blocks(PAGES[page]):
        assert await bench.apply(block) != []
        assert set(await bench.actions(block)) <= {"unchanged", "skipped", "applied"}


def test_the_page_about_blueprints_shows_some() -> None:
    assert len(blocks(PAGE)) == 5


def test_every_tag_and_every_state_is_described() -> None:
    for name in TAGS:
        assert re.search(rf"^\| `{name} ", PAGE, re.MULTILINE), name
    for state in get_args(State):
        assert f"\n| `{state}` |" in PAGE


def examples() -> dict[str, str]:
    """Each tag's example, and what the page says that it comes to."""
    rows = re.findall(r"^\| `!.*? \| `(!.*)` \| (.*) \|$", PAGE, re.MULTILINE)
    return dict(rows)


async def test_every_example_of_a_tag_comes_to_what_the_page_says(bench: Bench) -> None:
    (block,) = (one for one in blocks(PAGE) if "offices: [Berlin, Wien]" in one)
    shown = "".join(f"        e{number}: {example}\n" for number, example in enumerate(examples()))
    entry = "  - model: authentik_core.group\n    identifiers: {name: shown}\n    attrs:\n      attributes:\n"
    await bench.apply(block + entry + shown)
    group = await bench.database.read(find_group, name="shown")
    stage = await bench.one(AuthenticatorSMSStage)
    assert group is not None
    for number, (example, said) in enumerate(examples().items()):
        assert group.attributes[f"e{number}"] == (
            stage.pk if said == "*its pk*" else yaml.safe_load(said.strip("`"))
        ), example
        assert example.removeprefix("!AtIndex [").startswith(tuple(TAGS))


def test_every_tag_has_an_example() -> None:
    assert {name for name in TAGS if any(f"{name} " in example for example in examples())} == set(TAGS)


def test_the_settings_of_an_editor_name_every_tag() -> None:
    (block,) = re.findall(r"^```json\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    tags = json.loads(block)["yaml.customTags"]
    assert {tag.split()[0] for tag in tags} == set(TAGS)
    assert {tag.split()[1] for tag in tags} == {"scalar", "sequence"}


def test_the_limits_are_those_of_the_code() -> None:
    assert (
        f"{MAX_VALUES:,} values and {MAX_TEXT // 1_000_000} million characters, nested at most {MAX_DEPTH} deep" in PAGE
    )


@pytest.mark.parametrize(("model", "form"), [(USER, UserForm), (GROUP, GroupForm), (TOKEN, TokenForm)])
def test_every_field_of_people_is_named(model: str, form: type[msgspec.Struct]) -> None:
    (row,) = re.findall(rf"^\| `{model}` .*$", PAGE, re.MULTILINE)
    assert {field for field in form.__struct_fields__ if f"`{field}`" not in row} == set()


async def test_the_documented_enrolment_is_what_it_says(bench: Bench) -> None:
    """authentik's page on the SMS stage: a policy for one region, a prompt stage before the SMS stage."""
    await bench.apply(blocks(PAGE)[0], env={"GATEWAY_TOKEN": "tok"})
    snapshot = Snapshot(await bench.objects())
    flow = snapshot.flow("sms-enrolment")
    assert flow is not None
    first, second = snapshot.stage_bindings(flow.pk)
    ask, sms = snapshot.require(first.stage, PromptStage), snapshot.require(second.stage, AuthenticatorSMSStage)
    assert [snapshot.require(pk, ExpressionPolicy).expression for pk in ask.validation_policies] == [DOCUMENTED_POLICY]
    assert (sms.provider, sms.account_sid) == ("generic", "https://gateway.example.org/send")
    assert (sms.from_number, sms.auth, sms.auth_type, sms.configure_flow) == ("1234", "tok", "bearer", flow.pk)


DOCUMENTED_POLICY = """\
# Trim all whitespace in and around the user input
phone_number = regex_replace(request.context["prompt_data"]["phone"], r'\\s+', '')

# Only allow a specific region code
if phone_number.startswith("+1234"):
    return True
ak_message("Invalid phone number or missing region code")
return False
"""


async def test_its_parts_can_be_left_to_later_files(bench: Bench) -> None:
    """A second file takes up what the first has made, by name."""
    await bench.apply(blocks(PAGE)[0])
    later = f"""\
version: 1
entries:
  - model: {SMS}
    identifiers: {{name: sms}}
    attrs: {{verify_only: true}}
  - model: authentik_flows.flowstagebinding
    identifiers:
      target: !Find [authentik_flows.flow, [slug, sms-enrolment]]
      stage: !Find [{SMS}, [name, sms]]
      order: 20
    attrs: {{invalid_response_action: restart}}
"""
    assert await bench.actions(later) == ["updated", "updated"]
    assert (await bench.one(AuthenticatorSMSStage)).verify_only
    assert (await bench.one(FlowStageBinding, order=20)).invalid_response_action == "restart"
    assert len(await bench.every(Flow)) == 1
