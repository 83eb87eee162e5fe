"""Flows: whether people get in, and somebody can administer."""

from collections.abc import Iterator

from sqlalchemy import Connection

from watchword.administration.doctor.finding import Finding, Kind
from watchword.administration.doctor.patient import Patient
from watchword.expressions.policies import PolicyEngine
from watchword.expressions.quiet import QuietHost
from watchword.expressions.scope import HttpView, PolicyRequest
from watchword.flows.expression_host import EngineHost
from watchword.model.default_flow import default_of, proves_again
from watchword.model.flow import Flow
from watchword.model.snapshot import Snapshot
from watchword.stages.user_login import UserLoginStage
from watchword.storage.listing import Condition, Wanted
from watchword.storage.users import page_of_users

_BACK = "watchword history list shows what was changed, and watchword history undo takes it back."

FINE = Kind("flows_fine", "ok", "There is a flow for signing in, which signs in.")
NO_SIGN_IN = Kind(
    "sign_in_missing",
    "error",
    "There is no flow for signing in, so nobody who is signed out gets in again.",
    f"Make one, designated “Signing in”. If nobody is signed in: {_BACK}",
)
SIGNS_NOBODY_IN = Kind(
    "sign_in_unfinished",
    "error",
    "The flow for signing in has no User Login Stage, so nobody is signed in by it.",
    f"Add the stage to the flow. If nobody is signed in: {_BACK}",
)
CLOSED = Kind(
    "sign_in_closed",
    "error",
    "The flow for signing in is only for those who are signed in already, so nobody gets in.",
    f"Let it be for everybody, or for those who are not signed in. If nobody is signed in: {_BACK}",
)
REFUSES = Kind(
    "sign_in_refuses",
    "warning",
    "The policies of the flow for signing in refuse a visitor whom they know nothing of; they may refuse everybody.",
    f"Try them on their pages. Rules for users and groups never pass there: nobody is signed in yet. {_BACK}",
)
EMPTY = Kind(
    "flow_empty",
    "advice",
    "A flow has no steps, so it ends as it begins.",
    "Add its steps, or delete it.",
)
NOBODY_ADMINISTERS = Kind(
    "administrator_missing",
    "warning",
    "No active user may administer.",
    "Open the link that the server prints when it starts, or run: watchword user create NAME --superuser",
)

KINDS = (FINE, NO_SIGN_IN, SIGNS_NOBODY_IN, CLOSED, REFUSES, EMPTY, NOBODY_ADMINISTERS)

_SAMPLE = HttpView(path="/if/flow/", META={"REMOTE_ADDR": "192.0.2.1"})
"""A visitor from an address of documents (RFC 5737)."""


async def check(patient: Patient) -> list[Finding]:
    snapshot, database = patient.the_snapshot(), patient.the_database()
    found = [*_signing_in(snapshot)]
    flow = default_of(snapshot, "authentication")
    if flow and await _refuses(patient, snapshot, flow):
        found.append(_of(REFUSES, flow))
    found += [_of(EMPTY, one) for one in snapshot.all(Flow) if not snapshot.stage_bindings(one.pk)]
    if not await database.read(_count_administrators):
        found.append(NOBODY_ADMINISTERS.found())
    return found if any(one.severity != "advice" for one in found) else [FINE.found(), *found]


def _signing_in(snapshot: Snapshot) -> Iterator[Finding]:
    flow = default_of(snapshot, "authentication")
    if flow is None:
        closed = [one for one in snapshot.all(Flow) if one.designation == "authentication" and not proves_again(one)]
        yield _of(CLOSED, min(closed, key=lambda one: one.slug)) if closed else NO_SIGN_IN.found()
        return
    if not any(snapshot.get(binding.stage, UserLoginStage) for binding in snapshot.stage_bindings(flow.pk)):
        yield _of(SIGNS_NOBODY_IN, flow)


async def _refuses(patient: Patient, snapshot: Snapshot, flow: Flow) -> bool:
    """Nothing that the policies do is kept."""
    bindings = snapshot.policy_bindings(flow.pk)
    if not any(binding.enabled for binding in bindings):
        return False
    request = PolicyRequest(http_request=_SAMPLE, context={"prompt_data": {}, "flow_plan": {}}, debug=True)
    async with patient.new_sandbox(patient.settings) as sandbox:
        engine = PolicyEngine(sandbox, QuietHost(EngineHost(patient.the_database(), patient.clock)))
        answer = await engine.decide(bindings, flow.policy_engine_mode, snapshot, request)
    return not answer.passing


def _of(kind: Kind, flow: Flow) -> Finding:
    return kind.found(about=f"Flow “{flow.name}”", pk=flow.pk)


def _count_administrators(conn: Connection) -> int:
    active = Wanted(conditions=(Condition("is_active", "is", True),), limit=1)
    return page_of_users(conn, active, superusers=True)[0]
