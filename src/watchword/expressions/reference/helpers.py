"""The functions that expressions can call, and what other authentik expressions may know that is not here."""

from watchword.expressions.reference.entry import Entry, Kind
from watchword.expressions.reference.variables import ADDRESS

_POLICY: frozenset[Kind] = frozenset({"policy"})

HELPERS = (
    Entry(
        shown="ak_message(text)",
        means="Says a sentence to the visitor.",
        example='ak_message("Please give a mobile number.")',
        kinds=_POLICY,
    ),
    Entry(
        shown="phone_parse(text, region=None)",
        means="Reads a number however it is written; None where it is none. The region is for numbers without a plus.",
        example='phone_parse("0151 23456789", "DE")["e164"]',
        parts=("e164", "country_code", "region", "type", "valid", "possible"),
    ),
    Entry(
        shown="regex_match(value, regex)",
        means="Whether the pattern is found anywhere in the text.",
        example=r'regex_match("+4915123456789", r"^\+49")',
    ),
    Entry(
        shown="regex_replace(value, regex, repl)",
        means="The text with every match replaced.",
        example=r'regex_replace("0151 234 567", r"\s+", "")',
    ),
    Entry(
        shown="ak_is_group_member(user, name=None)",
        means="Whether somebody is in a group; also by name__iexact, name__in, name__startswith or name__contains.",
        example='ak_is_group_member(request.user, name="staff")',
    ),
    Entry(
        shown="ak_user_has_authenticator(user, device_type=None)",
        means="Whether somebody has enrolled a device: sms, totp or static, or any.",
        example='ak_user_has_authenticator(request.user, "sms")',
    ),
    Entry(
        shown="ak_user_by(username=None)",
        means="Finds a user, or None; also by pk, email, username__iexact or email__iexact.",
        example='ak_user_by(username="olivia") is not None',
    ),
    Entry(
        shown="ip_network(text, strict=True)",
        means="A network; in tells whether an address is one of its own.",
        example='ip_address("192.0.2.7") in ip_network("192.0.2.0/24")',
        parts=(*ADDRESS, "prefixlen", "num_addresses"),
    ),
    Entry(
        shown="ip_address(text)",
        means="An address; str() makes a text of it.",
        example='ip_address("192.0.2.7").version == 4',
        parts=ADDRESS,
    ),
    Entry(
        shown="resolve_dns(host, ip_version=None)",
        means="The addresses of a name, given up after two seconds and kept for three minutes.",
        example='resolve_dns("127.0.0.1")',
    ),
    Entry(
        shown="reverse_dns(ip)",
        means="The name of an address, or the address itself; in the same time.",
        example='reverse_dns("127.0.0.1")',
    ),
    Entry(
        shown="ak_call_policy(name, **context)",
        means="Asks another policy, with a copy of the context and what is given besides.",
        example='ak_call_policy("staff only").passing',
        kinds=_POLICY,
        parts=("passing", "messages", "raw_result"),
    ),
    Entry(
        shown="ak_logger.info(event, **values)",
        means="A line in the log, without the values; also debug, warning and error.",
        example='ak_logger.info("asked", why="the country")',
    ),
    Entry(
        shown="ak_create_event(action, **values)",
        means="Leaves an event, whose action begins with custom_.",
        example='ak_create_event("odd_number", message="A number that nobody has")',
    ),
    Entry(
        shown="list_flatten(value)",
        means="The first item of a list, None for an empty one, and anything else as it is.",
        example='list_flatten(["one", "two"])',
    ),
    Entry(
        shown="slugify(text)",
        means="Lower-case letters, digits and hyphens.",
        example='slugify("Add your phone!")',
    ),
    Entry(
        shown="re",
        means="Python's regular expressions; json, math and datetime can be imported too.",
        example=r're.findall(r"\d+", "+49 151")',
    ),
)

MISSING = (
    Entry(
        shown="ak_send_email",
        means="Expressions send nothing.",
        example='ak_send_email("olivia@example.org", "Hello")',
    ),
    Entry(
        shown="requests",
        means="Expressions reach no network.",
        example='requests.get("https://example.org/")',
    ),
    Entry(
        shown="ak_create_jwt",
        means="Watchword gives out no such tokens.",
        example='ak_create_jwt(request.user, "provider", ["openid"])',
    ),
    Entry(
        shown="ak_create_jwt_raw",
        means="Watchword gives out no such tokens.",
        example='ak_create_jwt_raw("provider", sub="olivia")',
    ),
)
"""What authentik has and Watchword has not: each raises an error that names it."""
