"""Flows, and the bindings that place stages in them."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from watchword.model.base import ConfigObject
from watchword.model.fields import described

Designation = Literal[
    "authentication",
    "authorization",
    "invalidation",
    "enrollment",
    "unenrollment",
    "recovery",
    "stage_configuration",
]
EngineMode = Literal["any", "all"]
Authentication = Literal[
    "none",
    "require_authenticated",
    "require_unauthenticated",
    "require_superuser",
    "require_redirect",
    "require_outpost",
    "require_token",
]
Layout = Literal[
    "stacked",
    "content_left",
    "content_right",
    "sidebar_left",
    "sidebar_right",
    "sidebar_left_frame_background",
    "sidebar_right_frame_background",
]

SLUG_MISMATCH = "Enter a valid “slug” consisting of letters, numbers, underscores or hyphens."


class Flow(ConfigObject, frozen=True, kw_only=True):
    """An ordered list of stage bindings, addressed by its slug."""

    model: ClassVar[str] = "authentik_flows.flow"
    family: ClassVar[str] = "flow"
    verbose_name: ClassVar[str] = "Flow"
    unique: ClassVar[tuple[tuple[str, ...], ...]] = (("slug",),)

    name: Annotated[str, described("Name", "For administrators.", min_length=1)]
    slug: Annotated[
        str,
        described(
            "Slug",
            "The last part of the flow's address.",
            mismatch=SLUG_MISMATCH,
            pattern=r"^[-a-zA-Z0-9_]+$",
            max_length=50,
        ),
    ]
    title: Annotated[str, described("Title", "The heading visitors read above every step.", min_length=1)]
    designation: Annotated[Designation, described("Designation", "What the flow is for.")]
    background: Annotated[str, described("Background", "A picture behind the page; empty for none.")] = ""
    policy_engine_mode: Annotated[
        EngineMode,
        described("Policy mode", "Whether any or all of the policies bound to the flow must pass."),
    ] = "any"
    compatibility_mode: Annotated[bool, described("Compatibility mode", "Kept for authentik's clients.")] = False
    layout: Annotated[Layout, described("Layout", "Where the form stands on the page.")] = "stacked"
    denied_action: Annotated[
        Literal["message_continue", "message", "continue"],
        described("When denied", "Show a message, or go on to the page the visitor came for."),
    ] = "message_continue"
    authentication: Annotated[Authentication, described("Who may run it", "By the state of the visitor.")] = "none"

    def problems(self) -> Iterator[tuple[str, str]]:
        if self.slug.endswith("\n"):  # the pattern's `$` lets one pass
            yield "slug", SLUG_MISMATCH


class FlowStageBinding(ConfigObject, frozen=True, kw_only=True):
    """Places a stage in a flow."""

    model: ClassVar[str] = "authentik_flows.flowstagebinding"
    family: ClassVar[str] = "stage_binding"
    verbose_name: ClassVar[str] = "Flow Stage Binding"
    unique: ClassVar[tuple[tuple[str, ...], ...]] = (("target", "stage", "order"),)

    target: Annotated[str, described("Flow", ref="flow")]
    stage: Annotated[str, described("Stage", ref="stage")]
    order: Annotated[int, described("Order", "Lower comes first.", ge=-(2**31), lt=2**31)]
    evaluate_on_plan: Annotated[
        bool, described("Evaluate when planning", "Decide once, when the visitor starts the flow.")
    ] = False
    re_evaluate_policies: Annotated[
        bool, described("Evaluate when reached", "Decide again whenever the visitor is at this step.")
    ] = True
    policy_engine_mode: Annotated[EngineMode, described("Policy mode")] = "any"
    invalid_response_action: Annotated[
        Literal["retry", "restart", "restart_with_context"],
        described("On an invalid answer", "Ask again, or start the flow anew."),
    ] = "retry"

    def problems(self) -> Iterator[tuple[str, str]]:
        if not (self.evaluate_on_plan or self.re_evaluate_policies):
            yield "non_field_errors", "Either evaluation on plan or evaluation on run must be enabled"
