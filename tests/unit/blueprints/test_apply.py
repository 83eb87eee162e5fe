"""Applying: what is found, what is written, and what is left alone."""

import pytest

from tests.unit.blueprints.bench import HEAD, Bench, flow
from watchword.blueprints.report import Line
from watchword.model.flow import Flow, FlowStageBinding
from watchword.model.policy import ExpressionPolicy, PolicyBinding
from watchword.model.prompt import Prompt
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.stages.deny import DenyStage
from watchword.stages.prompt import PromptStage
from watchword.storage.config import get_revision

PK, OTHER_PK = "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "6ba7b811-9dad-11d1-80b4-00c04fd430c8"


def deny(name: str = "deny", more: str = "", state: str = "present") -> str:
    head = f"  - {{model: authentik_stages_deny.denystage, state: {state},"
    return f"{head} identifiers: {{name: {name}}}, attrs: {{{more}}}}}\n"


async def test_what_is_not_there_is_created_and_told(bench: Bench) -> None:
    assert await bench.apply(HEAD + flow("one", name="One") + deny()) == [
        Line("created", "authentik_flows.flow", "One"),
        Line("created", "authentik_stages_deny.denystage", "deny"),
    ]
    made = await bench.one(Flow)
    assert (made.slug, made.name, made.designation, made.layout) == ("one", "One", "authentication", "stacked")


async def test_the_revision_says_who_and_what(bench: Bench) -> None:
    await bench.apply("version: 1\nmetadata: {name: Mine}\nentries:\n" + flow("one") + deny())
    revision = await bench.database.read(get_revision, 1)
    assert revision is not None
    assert (revision.author, revision.summary, len(revision.changes)) == ("the tests", "Blueprint Mine", 2)
    assert revision.created == bench.now


async def test_only_what_is_given_changes(bench: Bench) -> None:
    await bench.apply(HEAD + flow("one", name="One", layout="sidebar_left"))
    partial = HEAD + "  - {model: authentik_flows.flow, identifiers: {slug: one}, attrs: {title: New}}\n"
    assert await bench.actions(partial) == ["updated"]
    found = await bench.one(Flow)
    assert (found.title, found.name, found.layout) == ("New", "One", "sidebar_left")
    assert await bench.actions(partial) == ["unchanged"]


async def test_null_means_the_default(bench: Bench) -> None:
    await bench.apply(HEAD + flow("one", layout="sidebar_left", background="/x.jpg"))
    await bench.apply(
        HEAD + "  - {model: authentik_flows.flow, identifiers: {slug: one}, attrs: {layout: null, background: ~}}\n"
    )
    found = await bench.one(Flow)
    assert (found.layout, found.background) == ("stacked", "")


async def test_null_for_what_is_required_is_an_error(bench: Bench) -> None:
    await bench.apply(HEAD + flow("one"))
    text = HEAD + "  - model: authentik_flows.flow\n    identifiers: {slug: one}\n    attrs:\n      title: null\n"
    assert await bench.problems(text) == ["test.yaml:6: authentik_flows.flow: title: This is empty, and needs a value."]


async def test_a_default_list_is_no_list_that_objects_share(bench: Bench) -> None:
    ask = (
        "  - {{model: authentik_stages_prompt.promptstage, identifiers: {{name: {}}}, attrs: {{fields: [!KeyOf p]}}}}\n"
    )
    prompt = "  - {id: p, model: authentik_stages_prompt.prompt, identifiers: {name: p}, "
    prompt += "attrs: {field_key: p, label: p, type: text}}\n"
    await bench.apply(HEAD + prompt + ask.format("a") + ask.format("b"))
    one, other = await bench.every(PromptStage)
    assert one.validation_policies == other.validation_policies == []
    assert one.validation_policies is not other.validation_policies


async def test_created_leaves_alone_what_is_there(bench: Bench) -> None:
    assert await bench.actions(HEAD + deny(more="deny_message: one", state="created")) == ["created"]
    assert await bench.actions(HEAD + deny(more="deny_message: two", state="created")) == ["unchanged"]
    assert (await bench.one(DenyStage)).deny_message == "one"


async def test_must_created_refuses_what_is_there(bench: Bench) -> None:
    text = HEAD + deny(state="must_created")
    assert await bench.actions(text) == ["created"]
    assert await bench.problems(text) == [
        "test.yaml:3: authentik_stages_deny.denystage: This exists already, and must not."
    ]


async def test_absent_removes_and_asks_nothing_of_the_attributes(bench: Bench) -> None:
    await bench.apply(HEAD + deny())
    absent = HEAD + deny(more="deny_message: [!KeyOf nobody]", state="absent")
    assert await bench.apply(absent) == [Line("removed", "authentik_stages_deny.denystage", "deny")]
    assert await bench.objects() == []
    assert await bench.actions(absent) == ["unchanged"]


BOUND = (
    HEAD
    + flow("one").replace("- model", "- id: f\n    model")
    + deny().replace("- {model", "- {id: s, model")
    + "  - {id: b, model: authentik_flows.flowstagebinding,"
    + " identifiers: {target: !KeyOf f, stage: !KeyOf s, order: 1}}\n"
    + "  - {id: p, model: authentik_policies_expression.expressionpolicy, identifiers: {name: p},"
    + " attrs: {expression: return True}}\n"
    + "  - {model: authentik_policies.policybinding, identifiers: {target: !KeyOf b, policy: !KeyOf p, order: 0}}\n"
)


async def test_what_is_removed_takes_its_bindings_with_it_and_all_is_told(bench: Bench) -> None:
    await bench.apply(BOUND)
    lines = await bench.apply(HEAD + deny(state="absent"))
    assert [(line.action, line.model) for line in lines] == [
        ("removed", "authentik_stages_deny.denystage"),
        ("removed", "authentik_flows.flowstagebinding"),
        ("removed", "authentik_policies.policybinding"),
    ]
    assert {type(obj) for obj in await bench.objects()} == {Flow, ExpressionPolicy}


async def test_references_that_may_be_empty_are_emptied(bench: Bench) -> None:
    sms = "  - {model: authentik_stages_authenticator_sms.authenticatorsmsstage, identifiers: {name: sms},"
    sms += " attrs: {provider: demo, configure_flow: !Find [authentik_flows.flow, [slug, one]]}}\n"
    await bench.apply(HEAD + flow("one") + sms)
    gone = HEAD + "  - {model: authentik_flows.flow, state: absent, identifiers: {slug: one}}\n"
    await bench.apply(gone)
    [stage] = await bench.objects()
    assert isinstance(stage, AuthenticatorSMSStage)
    assert stage.configure_flow is None


async def test_what_another_object_needs_cannot_be_removed(bench: Bench) -> None:
    prompt = "  - {model: authentik_stages_prompt.prompt, identifiers: {name: phone}, id: phone,"
    prompt += " attrs: {field_key: phone, label: Phone, type: text}}\n"
    ask = (
        "  - {model: authentik_stages_prompt.promptstage, identifiers: {name: ask}, attrs: {fields: [!KeyOf phone]}}\n"
    )
    await bench.apply(HEAD + prompt + ask)
    gone = HEAD + "  - {model: authentik_stages_prompt.prompt, state: absent, identifiers: {name: phone}}\n"
    assert await bench.problems(gone) == [
        'test.yaml: authentik_stages_prompt.promptstage: fields: "ask": This list may not be empty.'
    ]


async def test_conditions_decide_whether_an_entry_counts(bench: Bench) -> None:
    text = HEAD + "  - id: no\n    conditions: [true, !Env GONE]\n    model: not.ours\n    identifiers: {name: a}\n"
    assert await bench.apply(text) == [Line("skipped", "not.ours", "no")]
    assert await bench.actions(HEAD + deny().replace("- {", "- {conditions: [!Env THERE], "), env={"THERE": "1"}) == [
        "created"
    ]
    text += flow("one", title="!KeyOf no")
    assert await bench.problems(text) == [
        'test.yaml:12: authentik_flows.flow: title: !KeyOf "no" names no earlier entry.'
    ]


async def test_unknown_attributes_are_ignored_as_authentik_does(bench: Bench) -> None:
    assert await bench.actions(HEAD + deny(more=f"template: x, pk: {PK}")) == ["created"]
    assert (await bench.one(DenyStage)).pk != PK, "a pk among the attributes identifies nothing"
    assert await bench.actions(HEAD + deny(more="template: x")) == ["unchanged"]


async def test_a_pk_among_the_identifiers_becomes_the_pk(bench: Bench) -> None:
    text = HEAD + deny(f"a, pk: {PK.upper()}")
    assert await bench.actions(text) == ["created"]
    assert (await bench.one(DenyStage)).pk == PK
    assert await bench.actions(text) == ["unchanged"]
    renamed = HEAD + deny(f"b, pk: {PK}")
    assert await bench.actions(renamed) == ["updated"]
    assert (await bench.one(DenyStage)).name == "b"


async def test_values_that_are_the_pk_of_an_earlier_entry_become_its_real_pk(bench: Bench) -> None:
    """An export names objects by the pks they have at home; here they have others."""
    await bench.apply(HEAD + flow("one"))
    exported = (
        HEAD
        + flow("one").replace("slug:", f"pk: {PK}\n      slug:")
        + deny(f"deny, pk: {OTHER_PK}")
        + "  - {model: authentik_flows.flowstagebinding,"
        + f" identifiers: {{pk: 6ba7b812-9dad-11d1-80b4-00c04fd430c8, target: {PK}, stage: {OTHER_PK}, order: 0}}}}\n"
        + "  - {model: authentik_stages_authenticator_sms.authenticatorsmsstage, identifiers: {name: sms},"
        + f" attrs: {{provider: demo, configure_flow: {PK}, friendly_name: about {PK}}}}}\n"
    )
    assert await bench.actions(exported) == ["unchanged", "created", "created", "created"]
    home, binding, sms = (
        await bench.one(Flow),
        await bench.one(FlowStageBinding),
        await bench.one(AuthenticatorSMSStage),
    )
    assert home.pk != PK
    assert (binding.target, binding.stage, sms.configure_flow) == (home.pk, OTHER_PK, home.pk)
    assert sms.friendly_name == f"about {PK}", "only whole values are pks"
    assert await bench.actions(exported) == ["unchanged"] * 4


async def test_a_pk_of_another_model_cannot_be_taken(bench: Bench) -> None:
    text = HEAD + flow("one").replace("slug:", f"pk: {PK}\n      slug:") + deny(f"deny, pk: {PK}")
    assert await bench.problems(text) == [
        "test.yaml:11: authentik_stages_deny.denystage: pk: An object of the model authentik_flows.flow has this uuid."
    ]


@pytest.mark.parametrize(
    ("identifiers", "problem"),
    [
        ("{}", "An entry needs identifiers."),
        ("null", "An entry needs identifiers."),
        ("{pk: five}", "pk: This must be a uuid, as 6ba7b810-9dad-11d1-80b4-00c04fd430c8."),
        ("{pk: 5}", "pk: This must be a uuid, as 6ba7b810-9dad-11d1-80b4-00c04fd430c8."),
        ("{pk: null}", "pk: This must be a uuid, as 6ba7b810-9dad-11d1-80b4-00c04fd430c8."),
        ("{label: a}", "label: It is not found by this, but by pk, name, deny_message."),
        ("{name: [a]}", "name: Expected `str`, got `array`."),
    ],
)
async def test_identifiers_that_identify_nothing_are_refused(bench: Bench, identifiers: str, problem: str) -> None:
    text = HEAD + f"  - {{model: authentik_stages_deny.denystage, identifiers: {identifiers}, attrs: {{name: a}}}}\n"
    assert await bench.problems(text) == [f"test.yaml:3: authentik_stages_deny.denystage: {problem}"]


async def test_all_identifiers_must_fit_together(bench: Bench) -> None:
    await bench.apply(BOUND)
    binding = await bench.one(FlowStageBinding)
    again = BOUND.replace("order: 1}", "order: !Env ORDER}")
    assert await bench.actions(again, env={"ORDER": "1"}) == ["unchanged"] * 5, "an order from !Env is a number too"
    assert (await bench.actions(again, env={"ORDER": "2"}))[2] == "created"
    assert {found.order for found in await bench.every(FlowStageBinding, stage=binding.stage)} == {1, 2}


async def test_identifiers_win_over_attributes(bench: Bench) -> None:
    await bench.apply(HEAD + deny(more="name: other"))
    assert (await bench.one(DenyStage)).name == "deny"


async def test_models_are_named_in_any_case(bench: Bench) -> None:
    assert await bench.actions(HEAD + flow("one").replace("authentik_flows.flow", "Authentik_Flows.FLOW")) == [
        "created"
    ]


async def test_texts_are_kept_to_the_last_blank(bench: Bench) -> None:
    expression = "\n  if True:\n      return 'a  '  \n\n"
    text = "  - {model: authentik_policies_expression.expressionpolicy, identifiers: {name: ' p '},"
    await bench.apply(HEAD + text + " attrs: {expression: !Context code}}\n", context={"code": expression})
    found = await bench.one(ExpressionPolicy)
    assert (found.name, found.expression) == (" p ", expression)


@pytest.mark.parametrize("name", ["東京", "ß", "\U0001f600 name", "e\u0301", "\u202eltr", "a'b\"c", "%s {x}"])
async def test_names_of_any_script_are_kept_and_found_again(bench: Bench, name: str) -> None:
    text = HEAD + "  - {model: authentik_stages_deny.denystage, identifiers: {name: !Context name}}\n"
    assert await bench.actions(text, context={"name": name}) == ["created"]
    assert await bench.actions(text, context={"name": name}) == ["unchanged"]
    assert (await bench.one(DenyStage)).name == name


async def test_numbers_are_text_where_text_is_wanted(bench: Bench) -> None:
    prompt = "  - {model: authentik_stages_prompt.prompt, identifiers: {name: 5}, "
    prompt += "attrs: {field_key: 6, label: 7, type: text, placeholder: 42}}\n"
    assert await bench.actions(HEAD + prompt) == ["created"]
    assert await bench.actions(HEAD + prompt) == ["unchanged"]
    found = await bench.one(Prompt)
    assert (found.name, found.field_key, found.label, found.placeholder) == ("5", "6", "7", "42")


async def test_texts_from_the_environment_are_numbers_and_flags_where_those_are_wanted(bench: Bench) -> None:
    prompt = "  - {model: authentik_stages_prompt.prompt, identifiers: {name: a}, "
    prompt += "attrs: {field_key: a, label: a, type: text, order: !Env ORDER, required: !Env REQUIRED}}\n"
    await bench.apply(HEAD + prompt, env={"ORDER": "7", "REQUIRED": "false"})
    found = await bench.one(Prompt)
    assert (found.order, found.required) == (7, False)


async def test_a_policy_binding_may_name_a_user_or_a_group_that_is_there(bench: Bench) -> None:
    bound = (
        "  - {{model: authentik_policies.policybinding, identifiers: {{target: !KeyOf f, order: {}}}, attrs: {{{}}}}}\n"
    )
    people = "  - {id: u, model: authentik_core.user, identifiers: {username: u}}\n"
    people += "  - {id: g, model: authentik_core.group, identifiers: {name: g}}\n"
    target = HEAD + people + flow("one").replace("- model", "- id: f\n    model")
    await bench.apply(target + bound.format(0, "user: !KeyOf u") + bound.format(1, "group: !KeyOf g"))
    assert len(await bench.every(PolicyBinding)) == 2
    wrong = target + bound.format(2, "user: 99") + bound.format(3, f"group: {PK}")
    assert await bench.problems(wrong) == [
        "test.yaml:13: authentik_policies.policybinding: user: There is no such authentik_core.user.",
        "test.yaml:14: authentik_policies.policybinding: group: There is no such authentik_core.group.",
    ]
