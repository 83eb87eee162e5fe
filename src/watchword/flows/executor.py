"""The executor: one visitor, one flow, one request; the same for JSON clients and hosted pages."""

from msgspec import UNSET

from watchword.errors import Conflict, Invalid, NotFound
from watchword.flows.challenge import FORM, AccessDenied, Challenge, Errors, FlowRedirect
from watchword.flows.describe import flow_info
from watchword.flows.execution import Context, Execution, freeze, new_execution_id
from watchword.flows.outcome import Again, Back, Deny, Done, Outcome, Show
from watchword.flows.plan import FlowNotApplicable, plan, still_applies
from watchword.flows.redirects import NextRefused, safe_next
from watchword.flows.run import Run
from watchword.flows.services import Services
from watchword.flows.shelf import Shelf
from watchword.flows.stage import Response, Stage
from watchword.flows.step import Step, taking
from watchword.flows.visit import Visit
from watchword.metrics.steps import FlowOutcome
from watchword.model.flow import Flow

REAUTHENTICATE = "/flows/-/reauthenticate/"

_MAX_MOVES = 200
"""Moves within one request: more means a flow that goes round in circles."""

_SHOW_TRIES = 3


class Executor:
    def __init__(self, services: Services) -> None:
        self._services = services
        self._shelf = Shelf(services)

    async def show(self, visit: Visit, slug: str) -> Challenge:
        """The present challenge; plans the flow where it was not begun. Raises `NotFound`."""
        flow = self._flow(slug)
        with taking(self._services, "show", flow) as step:
            return step.led_to(await self._show(visit, flow, step))

    async def _show(self, visit: Visit, flow: Flow, step: Step) -> Challenge:
        for _ in range(_SHOW_TRIES):
            try:
                run = await self._resume(visit, flow)
                if isinstance(run, Challenge):
                    return run
                challenge = await self._proceed(run)
                step.at(run)
                return challenge
            except Conflict:
                continue  # another request of this visitor moved on first: show what it led to
        raise Conflict

    async def respond(self, visit: Visit, slug: str, response: Response) -> Challenge:
        """Hands the answer to the current stage: the next challenge, or the same with `response_errors`.

        Raises `NotFound`, and `Conflict` where another request answered the same step first.
        """
        flow = self._flow(slug)
        with taking(self._services, "answer", flow) as step:
            return step.led_to(await self._respond(visit, flow, response, step))

    async def _respond(self, visit: Visit, flow: Flow, response: Response, step: Step) -> Challenge:
        run = await self._resume(visit, flow, expected=visit.expected_step)
        if isinstance(run, Challenge):
            return run
        step.at(run)
        position = run.execution.position
        arrived = await self._arrive(run)
        if isinstance(arrived, Challenge):
            return arrived
        if run.execution.position != position:
            # The step was taken out by its policies: an answer to it is not one to the next.
            return await self._ask(run, arrived)
        return await self._settle(run, await self._stage(run).respond(run, response))

    async def begin(self, visit: Visit, slug: str, context: Context) -> None:
        """Plans the flow anew with this context; a run that the visitor had begun in it is gone. Raises `NotFound`."""
        run = await self._start(visit, self._flow(slug), context)
        if isinstance(run, Run):
            await self._shelf.save(run)

    async def cancel(self, visit: Visit) -> None:
        """Ends whatever this visitor had begun."""
        await self._shelf.clear(visit)

    def _flow(self, slug: str) -> Flow:
        flow = self._services.configuration.snapshot.flow(slug)
        if flow is None:
            raise NotFound("There is no such flow.")
        return flow

    async def _resume(self, visit: Visit, flow: Flow, expected: str | None = None) -> Run | Challenge:
        """Raises `Conflict` where the `expected` step is not the present one: the page that shows it is out of date."""
        execution = await self._shelf.load(visit, flow)
        if expected is not None and (execution is None or execution.step_id != expected):
            raise Conflict
        if execution is None:
            return await self._start(visit, flow, Context())
        run = Run(self._services, visit, flow, execution, self._shelf.checkpoint)
        run.saved = freeze(execution)
        try:
            execution.next = self._next(visit) or execution.next
        except NextRefused as error:
            return await self._refusal(run, error.message)
        return run

    async def _start(self, visit: Visit, flow: Flow, context: Context) -> Run | Challenge:
        """Nothing is stored yet: that is done with the first step."""
        execution = Execution(id=new_execution_id(), flow=flow.pk, steps=(), context=context)
        run = Run(self._services, visit, flow, execution, self._shelf.checkpoint)
        try:
            execution.next = self._next(visit)
            await plan(run)
        except NextRefused as error:
            return await self._refusal(run, error.message)
        except FlowNotApplicable as error:
            return await self._not_applicable(run, error.message)
        self._count(run, "begun")
        return run

    def _next(self, visit: Visit) -> str:
        if not visit.next:
            return ""
        if safe_next(visit.next, self._services.settings.redirect_origins) is None:
            raise NextRefused
        return visit.next

    async def _proceed(self, run: Run, errors: Errors | None = None) -> Challenge:
        """Moves to the first step that asks something of the visitor, and asks it."""
        arrived = await self._arrive(run, errors)
        return arrived if isinstance(arrived, Challenge) else await self._ask(run, arrived)

    async def _arrive(self, run: Run, errors: Errors | None = None) -> Challenge | Errors | None:
        """The same without asking: what was wrong on the way, or the challenge that there is where the run is over."""
        for _ in range(_MAX_MOVES):
            if run.execution.step is None:
                return await self._finish(run)
            if run.stage_settings is None or not await still_applies(run):
                run.execution.advance()
                continue
            if run.execution.entered:
                await self._shelf.save(run)
                return errors
            run.execution.entered = True
            outcome = await self._complete(run, await self._stage(run).enter(run))
            if isinstance(outcome, Deny):
                return await self._deny(run, outcome)
            if isinstance(outcome, Back):
                self._go_back(run, outcome)
            if isinstance(outcome, Show | Again | Back):
                errors = errors if outcome.errors is None else outcome.errors
        return await self._deny(run, Deny("This flow does not end. Please tell an administrator."))

    async def _settle(self, run: Run, answered: Outcome) -> Challenge:
        """What an answer led to."""
        outcome = await self._complete(run, answered)
        if outcome is None:
            return await self._proceed(run)
        restarts = run.binding.invalid_response_action != "retry"
        match outcome:
            case Back(errors=errors):
                self._go_back(run, outcome)
                return await self._proceed(run, errors)
            case Again(errors=errors) | Deny(errors=errors) if restarts:
                return await self._restart(run, errors)
            case Deny():
                return await self._deny(run, outcome)
            case Show(errors=errors) | Again(errors=errors):
                return await self._ask(run, errors)
        raise AssertionError(outcome)

    def _go_back(self, run: Run, outcome: Back) -> None:
        run.execution.move_to(run.execution.context.prompted_at.get(outcome.key, run.execution.position))

    async def _complete(self, run: Run, outcome: Outcome) -> Outcome | None:
        """Where a stage is done: moves on, and saves that together with what the stage wants done, all of it or
        nothing; None says it was done. Any other outcome comes back as it was.
        """
        if not isinstance(outcome, Done):
            return outcome
        execution, stage = run.execution, self._stage(run)
        before = execution.position, execution.entered, execution.stage_state
        execution.advance()
        if outcome == Done():
            return None  # to be saved with what comes next
        try:
            await (self._shelf.save(run, outcome.work) if execution.step else self._shelf.end(run, outcome.work))
        except Invalid as error:
            execution.position, execution.entered, execution.stage_state = before
            return await stage.refused(run, error)
        if outcome.then:
            outcome.then()
        return None

    async def _restart(self, run: Run, errors: Errors) -> Challenge:
        keep = run.binding.invalid_response_action == "restart_with_context"
        context = run.execution.context if keep else Context()
        context.prompted_at = {}  # positions in the old plan; the new one may have other steps
        fresh = await self._start(run.visit, run.flow, context)
        if isinstance(fresh, Challenge):
            return fresh
        fresh.execution.next = run.execution.next
        # The fields of the step that failed are not those of the first one.
        return await self._proceed(fresh, {FORM: [error for found in errors.values() for error in found]})

    async def _ask(self, run: Run, errors: Errors | None) -> Challenge:
        challenge = await self._stage(run).challenge(run)
        await self._shelf.save(run)  # with what the stage found out of date when it looked
        challenge.flow_info = await flow_info(run)
        run.visit.step = run.execution.step_id
        if errors is not None:
            challenge.response_errors = errors
        return challenge

    async def _finish(self, run: Run) -> Challenge:
        origins = self._services.settings.redirect_origins
        to = safe_next(run.execution.context.redirect, origins) if run.execution.context.redirect else None
        if not run.over:
            await self._shelf.end(run)
        self._count(run, "finished")
        return FlowRedirect(to=to or run.execution.next or "/")

    async def _deny(self, run: Run, denial: Deny) -> Challenge:
        await self._shelf.end(run)
        self._count(run, "denied")
        return await self._refusal(run, denial.message, prove=denial.prove)

    async def _refusal(self, run: Run, message: str | None, *, prove: bool = False) -> Challenge:
        run.over = True
        label = await run.user_label()
        return AccessDenied(
            flow_info=await flow_info(run),
            pending_user=label,
            error_message=message or "Unknown error",
            reauthenticate_url=f"{REAUTHENTICATE}?next=/if/flow/{run.flow.slug}/" if prove else UNSET,
        )

    async def _not_applicable(self, run: Run, message: str) -> Challenge:
        """As authentik does it: somebody who is signed in already has finished signing in. Who is not may not go on
        without: the page that he wanted would lead back here, and browsers go round until they give up.
        """
        if run.flow.designation == "authentication":
            if run.visit.user is not None:
                return FlowRedirect(to=run.execution.next or "/")
            self._count(run, "refused")
            return await self._refusal(run, message)
        self._count(run, "refused")
        if run.flow.denied_action != "message" and run.execution.next:
            return FlowRedirect(to=run.execution.next)
        if run.flow.denied_action == "continue":
            return FlowRedirect(to="/")
        return await self._refusal(run, message)

    def _count(self, run: Run, outcome: FlowOutcome) -> None:
        self._services.metrics.steps.flow(run.flow.designation, outcome)

    def _stage(self, run: Run) -> Stage:
        stage = run.stage_settings
        assert isinstance(stage, Stage)  # noqa: S101 - the catalogue holds nothing else under `stage`
        return stage
