"""What can be done with a flow beside changing it: draw it, export it, run it."""

import yaml

from tests.unit.web.api.caller import ApiCaller
from tests.unit.web.api.samples import make
from watchword.model.flow import Flow
from watchword.model.policy import ExpressionPolicy
from watchword.stages.deny import DenyStage

ONE = "/flows/instances"


async def flow_of(admin: ApiCaller, *stages: str) -> None:
    """With these stages in their order; its name would break a diagram."""
    flow = await make(admin, Flow, "drawn")
    await admin.patch(f"{ONE}/drawn/", {"name": 'a "flow" <b>#1</b>'})
    for order, name in enumerate(stages):
        stage = await make(admin, DenyStage, name)
        await admin.post("/flows/bindings/", {"target": flow["pk"], "stage": stage["pk"], "order": order})


async def diagram(admin: ApiCaller) -> str:
    drawn: str = (await admin.get(f"{ONE}/drawn/diagram/"))["diagram"]
    return drawn


async def bind(admin: ApiCaller, target: str, policy: str, **more: object) -> None:
    made = await make(admin, ExpressionPolicy, policy)
    await admin.post("/policies/bindings/", {"target": target, "policy": made["pk"], "order": 0, **more})


async def test_a_diagram_shows_stages_in_their_order(admin: ApiCaller) -> None:
    await flow_of(admin, "first", "second")
    drawn = await diagram(admin)
    assert drawn.startswith("graph TD\nflow_start")
    assert "flow_start --> stage_0\n" in drawn
    assert "stage_0 --> stage_1\n" in drawn
    assert drawn.endswith('stage_1 --> done[["End of the flow"]]')
    assert 0 < drawn.index("first") < drawn.index("second")


async def test_no_name_breaks_a_diagram(admin: ApiCaller) -> None:
    await flow_of(admin)
    assert 'Flow: a #quot;flow#quot; #lt;b#gt;#35;1#lt;/b#gt;"]]' in await diagram(admin)


async def test_a_diagram_shows_policies_where_they_decide(admin: ApiCaller) -> None:
    await flow_of(admin, "first", "second")
    flow = await admin.get(f"{ONE}/drawn/")
    [_, second] = await admin.all(f"/flows/bindings/?target={flow['pk']}")
    await bind(admin, flow["pk"], "allowed")
    await bind(admin, second["pk"], "known", negate=True)
    await bind(admin, second["pk"], "switched off", enabled=False)
    drawn = await diagram(admin)
    assert 'flow_policies{"allowed"}' in drawn
    assert 'stage_1_policies{"not known"}' in drawn
    assert "stage_1_policies -. skipped .-> stage_1_after" in drawn
    assert "stage_0_policies" not in drawn
    assert "switched off" not in drawn


async def test_an_export_is_a_file_to_keep(admin: ApiCaller) -> None:
    await flow_of(admin, "first")
    answer = await admin.call("GET", f"{ONE}/drawn/export/")
    assert answer.header("content-disposition") == 'attachment; filename="drawn.yaml"'
    assert answer.header("content-type").startswith("application/yaml")
    models = [entry["model"] for entry in yaml.safe_load(answer.text)["entries"]]
    assert sorted(models) == [
        "authentik_flows.flow",
        "authentik_flows.flowstagebinding",
        "authentik_stages_deny.denystage",
    ]


async def test_a_flow_tells_where_it_is_run(admin: ApiCaller) -> None:
    await flow_of(admin)
    assert (await admin.get(f"{ONE}/drawn/execute/"))["link"] == "http://localhost/if/flow/drawn/"
    await admin.patch(f"{ONE}/drawn/", {"authentication": "require_unauthenticated"})
    refused = await admin.get(f"{ONE}/drawn/execute/", status=400)
    assert refused == {"non_field_errors": ["Flow does not apply to current user."]}


async def test_nothing_is_cached(admin: ApiCaller) -> None:
    for path in (ONE, "/policies/all"):
        assert await admin.get(f"{path}/cache_info/") == {"count": 0}
        await admin.post(f"{path}/cache_clear/", status=204)


async def test_only_administrators_see_how_a_flow_is_made(
    admin: ApiCaller, owner_api: ApiCaller, nobody: ApiCaller
) -> None:
    await flow_of(admin)
    for what in ("diagram", "export", "execute"):
        for caller in (owner_api, nobody):
            await caller.get(f"{ONE}/drawn/{what}/", status=403)
