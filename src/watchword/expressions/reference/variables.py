"""What is there by itself, before an expression does anything."""

from watchword.expressions.reference.entry import Entry, Kind

_POLICY: frozenset[Kind] = frozenset({"policy"})
_MAPPING: frozenset[Kind] = frozenset({"mapping"})
_PROMPT: frozenset[Kind] = frozenset({"prompt"})

_USER = (
    "username",
    "name",
    "email",
    "attributes",
    "groups",
    "is_active",
    "is_superuser",
    "pk",
    "uuid",
    "group_pks",
    "has_usable_password()",
)
ADDRESS = ("version", "is_private", "is_loopback", "is_global", "is_multicast", "is_reserved", "is_link_local")

VARIABLES = (
    Entry(
        shown="request.user",
        means="Who is meant, or None where nobody is.",
        example='request.user is not None and request.user.username == "olivia"',
        kinds=_POLICY,
        parts=_USER,
    ),
    Entry(
        shown='context["prompt_data"]',
        means="What was asked, by field key, as it was typed. What is assigned here goes back to the flow.",
        example='context["prompt_data"]["phone"].startswith("+49")',
        kinds=_POLICY,
    ),
    Entry(
        shown='context["flow_plan"].context',
        means="What the flow knows, for a policy of a flow or a step. What is assigned here goes back to the flow.",
        example='"flow_plan" in context and "redirect" in context["flow_plan"].context',
        kinds=_POLICY,
    ),
    Entry(
        shown="request.context",
        means="The same dict as context.",
        example='request.context["prompt_data"]["phone"].startswith("+49")',
        kinds=_POLICY,
    ),
    Entry(
        shown="ak_client_ip",
        means="The visitor's address, as ip_address gives it.",
        example='ak_client_ip in ip_network("10.0.0.0/8")',
        kinds=_POLICY,
        parts=ADDRESS,
    ),
    Entry(
        shown="ak_is_sso_flow",
        means="Whether the context says is_sso.",
        example="not ak_is_sso_flow",
        kinds=_POLICY,
    ),
    Entry(
        shown="request.debug",
        means="Whether it is only tried out.",
        example="not request.debug",
        kinds=_POLICY,
    ),
    Entry(
        shown="token",
        means="The code that the message carries, as text.",
        example='f"Your code is {token}."',
        kinds=_MAPPING,
    ),
    Entry(
        shown="device",
        means="The phone that the message goes to.",
        example="device.phone_number",
        kinds=_MAPPING,
        parts=("phone_number", "name", "user", "stage"),
    ),
    Entry(
        shown="stage",
        means="The SMS stage, without its credentials.",
        example="stage.from_number",
        kinds=_MAPPING,
        parts=("from_number", "name", "pk"),
    ),
    Entry(
        shown="user",
        means="Whose phone it is, or None.",
        example='user.username if user else "nobody"',
        kinds=_MAPPING,
        parts=_USER,
    ),
    Entry(
        shown="user",
        means="Who is asked, or None where nobody is signed in yet.",
        example='user.name if user else ""',
        kinds=_PROMPT,
        parts=_USER,
    ),
    Entry(
        shown="prompt_context",
        means="What was asked before, by field key.",
        example='prompt_context.get("phone", "")',
        kinds=_PROMPT,
    ),
    Entry(
        shown="http_request",
        means="The visitor's request, without cookies and credentials; also as request.http_request.",
        example='http_request.GET.get("from") == "invitation"',
        parts=("method", "path", "GET", "META", "brand.branding_title"),
    ),
    Entry(
        shown="request",
        means="The same once more, as policies have it.",
        example="request.http_request.brand.branding_title",
        kinds=_MAPPING | _PROMPT,
        parts=("user", "http_request", "context"),
    ),
)
