"""Reading: what a blueprint is, and where in the file each part of it stands."""

import pytest

from tests.unit.blueprints.bench import HEAD, flow
from watchword.blueprints.document import Blueprint
from watchword.blueprints.problems import BlueprintInvalid, Place
from watchword.blueprints.reader import read

WHOLE = """\
version: 1
metadata:
  name: Everything
  labels: {a: b}
context:
  colour: red
entries:
  - id: first
    model: Authentik_Flows.Flow
    state: created
    conditions: [true]
    permissions: []
    identifiers:
      slug: sign-in
    attrs:
      name: Sign in
      title: >
        A long
        title
  - model: authentik_flows.flow
    identifiers: {slug: other}
"""


def read_text(text: str) -> Blueprint:
    return read(text, "file.yaml")


def wrong(text: str) -> list[str]:
    with pytest.raises(BlueprintInvalid) as caught:
        read_text(text)
    return [str(problem) for problem in caught.value.problems]


def entry(text: str) -> str:
    """An entry's keys, as the only entry of a file; its first line is line 3."""
    lines = text.strip().splitlines()
    return HEAD + "\n".join(["- " + lines[0], *("  " + line for line in lines[1:])])


def test_everything_is_read() -> None:
    blueprint = read_text(WHOLE)
    assert (blueprint.name, blueprint.file, blueprint.context) == ("Everything", "file.yaml", {"colour": "red"})
    first, second = blueprint.entries
    assert (first.id, first.model, first.state, first.conditions) == (
        "first",
        "authentik_flows.flow",
        "created",
        [True],
    )
    assert first.values == {"slug": "sign-in", "name": "Sign in", "title": "A long title\n"}
    assert (second.id, second.state, second.attrs, second.number) == (None, "present", {}, 1)


def test_each_value_knows_its_line() -> None:
    first, second = read_text(WHOLE).entries
    assert first.place == Place("file.yaml", 8)
    assert [first.at(field).line for field in ("slug", "name", "title")] == [14, 16, 17]
    assert first.at("designation") == first.place, "what is not written is wrong at the entry"
    assert second.at("slug").line == 21


def test_entries_may_stand_in_sections() -> None:
    text = "version: 1\nentries:\n  flows:\n" + flow("a") + "  others:\n" + flow("b") + flow("c")
    assert [entry.identifiers["slug"] for entry in read_text(text).entries] == ["a", "b", "c"]


def test_json_is_read_too() -> None:
    text = '{"version": 1, "entries": [{"model": "a.b", "identifiers": {"name": "\\ud83d\\ude00 \\/"}}]}'
    assert read_text(text).entries[0].identifiers == {"name": "\U0001f600 /"}


def test_a_version_may_be_left_out_as_in_authentik() -> None:
    assert read_text("entries: []").entries == ()


@pytest.mark.parametrize("version", ["2", "0", "'1'", "1.5", "true", "null", "[1]"])
def test_another_version_is_refused(version: str) -> None:
    assert wrong(f"\nversion: {version}\nentries: []") == ["file.yaml:2: Only version 1 is understood."]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "file.yaml: A blueprint is a mapping with version and entries."),
        ("- a", "file.yaml: A blueprint is a mapping with version and entries."),
        ("just a text", "file.yaml: A blueprint is a mapping with version and entries."),
        ("version: 1", "file.yaml: There are no entries."),
        ("entries: none", "file.yaml:1: Entries are a list, or sections of lists."),
        ("entries:\n  section: none", "file.yaml:2: Entries are a list, or sections of lists."),
        ("entries:\n  a: {b: []}", "file.yaml:2: Entries are a list, or sections of lists."),
        ("metadata: no\nentries: []", "file.yaml:1: metadata is a mapping."),
        ("context: [a]\nentries: []", "file.yaml:1: context is a mapping."),
        ("entries: []\n---\nentries: []", "file.yaml:2: This is no valid YAML: but found another document."),
        ("entries: [a", "file.yaml:1: This is no valid YAML: expected ',' or ']', but got '<stream end>'."),
        ("entries: *gone", "file.yaml:1: This is no valid YAML: found undefined alias 'gone'."),
    ],
)
def test_what_is_no_blueprint_is_refused(text: str, problem: str) -> None:
    assert wrong(text) == [problem]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("identifiers: {name: a}", "file.yaml:3: An entry needs a model, as app.model."),
        ("model: 5", "file.yaml:3: An entry needs a model, as app.model."),
        ("model: ''", "file.yaml:3: An entry needs a model, as app.model."),
        ("model: a.b\nidentifiers: []", "file.yaml:4: a.b: identifiers is a mapping."),
        ("model: a.b\nattrs: text", "file.yaml:4: a.b: attrs is a mapping."),
        ("model: a.b\nattrs: !Context all", "file.yaml:4: a.b: attrs is a mapping."),
        ("model: a.b\nconditions: true", "file.yaml:4: a.b: Conditions are a list."),
        ("model: a.b\nid: [a]", "file.yaml:4: a.b: An id is a text."),
        (
            "model: a.b\nstate: there",
            "file.yaml:4: a.b: A state is one of present, created, must_created, absent.",
        ),
        (
            "model: a.b\nstate: [present]",
            "file.yaml:4: a.b: A state is one of present, created, must_created, absent.",
        ),
        (
            "model: a.b\npermissions: [{permission: x, user: 1}]",
            "file.yaml:4: a.b: Permissions on objects do not exist here.",
        ),
        (
            "model: a.b\nattributes: {}",
            'file.yaml:4: a.b: An entry has no "attributes". '
            "It has attrs, conditions, id, identifiers, model, permissions, state.",
        ),
    ],
)
def test_what_is_no_entry_is_refused_at_its_line(text: str, problem: str) -> None:
    assert wrong(entry(text)) == [problem]


def test_an_entry_that_is_no_mapping_is_refused() -> None:
    assert wrong(HEAD + "- text") == ["file.yaml:3: An entry is a mapping with model and identifiers."]


def test_all_entries_are_read_before_any_problem_is_told() -> None:
    text = HEAD + "- 1\n" + "- model: a.b\n  state: x\n  id: [1]\n" + "- {}\n"
    assert [problem.split(":")[1] for problem in wrong(text)] == ["3", "6", "5", "7"]


def test_a_key_that_stands_twice_is_refused() -> None:
    text = entry("model: a.b\nidentifiers:\n  name: one\n  name: two")
    assert wrong(text) == ['file.yaml:6: a.b: The key "name" stands here twice.']
    assert wrong("entries: []\nentries: []") == ['file.yaml:2: The key "entries" stands here twice.']


def test_keys_that_yaml_would_take_for_one_value_are_names() -> None:
    """`yes` and `on` are both true to YAML 1.1."""
    text = entry("model: a.b\nattrs: {yes: 1, on: 2, 5: 3, null: 4}")
    assert read_text(text).entries[0].attrs == {"yes": 1, "on": 2, "5": 3, "null": 4}


@pytest.mark.parametrize("key", ["[a]", "{a: b}", "!Env A"])
def test_a_key_that_is_no_text_is_refused(key: str) -> None:
    text = entry(f"model: a.b\nattrs:\n  ? {key}\n  : value")
    assert wrong(text) == ["file.yaml:5: a.b: A key is a text."]


def test_an_id_that_stands_twice_is_refused() -> None:
    text = HEAD + "- {model: a.b, id: x}\n- {model: a.b, id: y}\n- {model: a.b, id: x}\n"
    assert wrong(text) == ['file.yaml:5: a.b: The id "x" stands in line 3 already.']
    assert wrong(HEAD + "- {model: a.b, id: 1}\n- {model: a.b, id: '1'}\n") != []
    on_one_line = '{"entries": [{"model": "a.b", "id": "x"}, {"model": "a.b", "id": "x"}]}'
    assert wrong(on_one_line) == ['file.yaml:1: a.b: The id "x" stands in line 1 already.']


def test_what_is_null_is_as_if_left_out() -> None:
    text = entry("model: a.b\nid: null\nstate: present\nidentifiers: null\nattrs: null\nconditions: null")
    (read_entry,) = read_text(text).entries
    assert (read_entry.id, read_entry.identifiers, read_entry.attrs, read_entry.conditions) == (None, {}, {}, [])


@pytest.mark.parametrize(
    ("metadata", "problem"),
    [
        ("{}", "2: metadata needs a name."),
        ("{labels: {a: b}}", "2: metadata needs a name."),
        ("!Context all", "2: metadata is a mapping."),
        ("!Context {name: a}", "2: metadata is a mapping."),
        ("{name: [a]}", "2: The name of a blueprint is a text."),
        ("{name: 5}", "2: The name of a blueprint is a text."),
        ("{name: !Env SECRET}", "2: The name of a blueprint is a text."),
        ("{name: a, labels: [b]}", "2: labels is a mapping."),
        ("{name: a, labels: {blueprints.goauthentik.io/system: true}}", "LABEL"),
        ("{name: a, labels: {blueprints.goauthentik.io/system: null}}", "LABEL"),
        ("{name: a, labels: {blueprints.goauthentik.io/system: !Env A}}", "LABEL"),
    ],
)
def test_what_a_blueprint_says_of_itself_is_text(metadata: str, problem: str) -> None:
    label = '2: The label "blueprints.goauthentik.io/system" is a text: put it in quotes.'
    assert wrong(f"entries: []\nmetadata: {metadata}") == [f"file.yaml:{problem.replace('LABEL', label)}"]


@pytest.mark.parametrize("metadata", ["", "null", "{name: a, labels: null}", "{name: a, more: {b: 5}}"])
def test_metadata_and_labels_may_be_left_out(metadata: str) -> None:
    assert read_text(f"metadata: {metadata}\nentries: []").labels == {}


def test_labels_are_kept() -> None:
    text = 'metadata:\n  name: a\n  labels: {blueprints.goauthentik.io/instantiate: "false"}\nentries: []'
    assert read_text(text).labels == {"blueprints.goauthentik.io/instantiate": "false"}


def test_numbers_of_entries_begin_where_they_are_told_to() -> None:
    assert [entry.number for entry in read(WHOLE, "file.yaml", first=70).entries] == [70, 71]


def test_a_model_and_a_state_that_are_tags_wait() -> None:
    (waiting,) = read_text(entry("model: !Env MODEL\nstate: !Context state")).entries
    assert (waiting.model, waiting.state, sorted(waiting.late)) == ("", "present", ["model", "state"])
