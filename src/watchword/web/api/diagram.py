"""A flow as a Mermaid flowchart: stages in their order, with the policies that decide whether they are shown."""

from collections.abc import Iterator

from watchword.flows.stage import Stage
from watchword.model.flow import Flow
from watchword.model.policy import ExpressionPolicy
from watchword.model.snapshot import Snapshot
from watchword.stages.prompt import PromptStage


def diagram_of(snapshot: Snapshot, flow: Flow) -> str:
    return "\n".join(["graph TD", *_lines(snapshot, flow)])


def _lines(snapshot: Snapshot, flow: Flow) -> Iterator[str]:
    yield f'flow_start[["Flow: {_safe(flow.name)}"]]'
    before = "flow_start"
    if policies := _policies(snapshot, flow.pk):
        yield f'flow_policies{{"{policies}"}}'
        yield f"{before} --> flow_policies"
        yield 'flow_policies -- "denied" --> done[["End of the flow"]]'
        before = "flow_policies"
    for number, binding in enumerate(snapshot.stage_bindings(flow.pk)):
        stage, node = snapshot.require(binding.stage, Stage), f"stage_{number}"
        if policies := _policies(snapshot, binding.pk):
            yield f'{node}_policies{{"{policies}"}}'
            yield f"{before} --> {node}_policies"
            yield f"{node}_policies --> {node}"
            yield f"{node}_policies -. skipped .-> {node}_after(( ))"
            yield f"{node} --> {node}_after"
            yield f'{node}(["{_about(snapshot, stage)}"])'
            before = f"{node}_after"
        else:
            yield f'{node}(["{_about(snapshot, stage)}"])'
            yield f"{before} --> {node}"
            before = node
    yield f'{before} --> done[["End of the flow"]]'


def _policies(snapshot: Snapshot, pk: str) -> str:
    names = []
    for binding in snapshot.policy_bindings(pk):
        policy = snapshot.get(binding.policy, ExpressionPolicy)
        if binding.enabled:
            told = policy.name if policy else "group" if binding.group else "user"
            names.append(("not " if binding.negate else "") + _safe(told))
    return "<br>".join(names)


def _about(snapshot: Snapshot, stage: Stage) -> str:
    lines = [stage.verbose_name, _safe(stage.name)]
    if isinstance(stage, PromptStage) and stage.validation_policies:
        names = (snapshot.require(pk, ExpressionPolicy).name for pk in stage.validation_policies)
        lines.append("checked by " + ", ".join(map(_safe, names)))
    return "<br>".join(lines)


def _safe(text: str) -> str:
    """Mermaid's own escapes for what would end a label, or be taken for markup."""
    return text.replace("#", "#35;").replace('"', "#quot;").replace("<", "#lt;").replace(">", "#gt;")
