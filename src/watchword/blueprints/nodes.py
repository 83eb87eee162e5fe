"""From text to YAML nodes, which know their line; what would exhaust the server is refused on the way."""

import yaml

from watchword.blueprints.problems import BlueprintInvalid, Place

MAX_BYTES = 1_000_000
MAX_NODES = 50_000
"""Values in one file, with what aliases repeat: more is an alias bomb."""
MAX_TEXT = 5_000_000
"""Characters of its values, with what aliases repeat: a file of a megabyte could say a long text ten thousand times."""
MAX_DEPTH = 40

TOO_LARGE = (
    f"A blueprint has at most {MAX_NODES} values and {MAX_TEXT} characters, aliases counted, "
    f"nested at most {MAX_DEPTH} deep."
)


def compose(text: str, name: str) -> yaml.MappingNode:
    """The mapping that the file is; raises `BlueprintInvalid`. `name` is the file's, for messages."""
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise BlueprintInvalid.at(Place(name, 0), f"A blueprint has at most {MAX_BYTES} bytes.")
    try:
        root = _compose(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise BlueprintInvalid.at(Place(name, line), f"This is no valid YAML: {error.problem}.") from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise BlueprintInvalid.at(Place(name, line), "This is no valid YAML: a character that no text has.") from None
    if not isinstance(root, yaml.MappingNode):
        raise BlueprintInvalid.at(Place(name, 0), "A blueprint is a mapping with version and entries.")
    return root


def _compose(text: str) -> yaml.Node | None:
    loader = _Loader(text)
    try:
        return loader.get_single_node()
    finally:
        loader.dispose()


class _Loader(yaml.SafeLoader):
    """PyYAML's loader in Python, not libyaml's: that one overflows the stack on deep nesting."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._nodes = 0
        self._depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        self._nodes += 1
        self._depth += 1
        if self._nodes > 2 * MAX_NODES or self._depth > MAX_DEPTH + 2:  # keys are nodes too; values are counted later
            raise yaml.MarkedYAMLError(problem=TOO_LARGE.rstrip("."), problem_mark=self.get_mark())
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node
