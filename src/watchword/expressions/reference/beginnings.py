"""Ready-made expressions to begin with."""

import msgspec

from watchword.expressions.reference.entry import Kind


class Beginning(msgspec.Struct, frozen=True, kw_only=True):
    """`name` is what an address has of it."""

    name: str
    title: str
    kind: Kind
    text: str


BEGINNINGS = (
    Beginning(
        name="countries",
        title="Only some countries",
        kind="policy",
        text="""\
# Countries by their two letters; "DE" is also where a number without a plus is from.
number = phone_parse(request.context["prompt_data"]["phone"], "DE")
if number and number["region"] in ("DE", "AT", "CH"):
    return True
ak_message("Please give a number from Germany, Austria or Switzerland.")
return False
""",
    ),
    Beginning(
        name="mobile",
        title="Only mobile numbers",
        kind="policy",
        text="""\
# In North America nobody can tell mobile numbers from others.
number = phone_parse(request.context["prompt_data"]["phone"], "DE")
if number and number["type"] in ("mobile", "fixed_line_or_mobile"):
    return True
ak_message("Please give a mobile number.")
return False
""",
    ),
    Beginning(
        name="group",
        title="Only members of a group",
        kind="policy",
        text="""\
if ak_is_group_member(request.user, name="staff"):
    return True
ak_message("This is for staff.")
return False
""",
    ),
    Beginning(
        name="networks",
        title="Not from these networks",
        kind="policy",
        text="""\
for network in ("192.0.2.0/24", "2001:db8::/32"):
    if ak_client_ip in ip_network(network):
        ak_message("This cannot be done from where you are.")
        return False
return True
""",
    ),
    Beginning(
        name="gateway",
        title="The JSON for a gateway",
        kind="mapping",
        text="""\
return {
    "from": stage.from_number,
    "to": device.phone_number,
    "text": f"Your code is {token}.",
}
""",
    ),
    Beginning(
        name="text",
        title="The text alone",
        kind="mapping",
        text="""\
# Twilio takes the text under the key "message", and nothing else.
title = request.http_request.brand.branding_title
return {"message": f"Your code for {title} is {token}."}
""",
    ),
)


def beginnings(kind: Kind) -> tuple[Beginning, ...]:
    return tuple(one for one in BEGINNINGS if one.kind == kind)


def beginning(kind: Kind, name: str) -> str:
    """Its text; "" where there is none of the name."""
    return next((one.text for one in beginnings(kind) if one.name == name), "")
