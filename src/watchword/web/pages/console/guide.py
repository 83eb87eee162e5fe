"""How a gateway is set up, step by step: each step stands above the field that it is about.

`docs/twilio.md` and `docs/generic-gateway.md` have the same steps.
"""

from typing import NamedTuple

from watchword.web.pages.console.manual.chapters import Link, link

CHECK = "check"
"""In place of a field: the button that asks the gateway."""


class Step(NamedTuple):
    field: str
    text: str
    url: str = ""


class Guide(NamedTuple):
    lead: str
    manual: str
    steps: tuple[Step, ...]


class Steps(NamedTuple):
    """Those of one gateway at one field, numbered from `first`; `lead` and `manual` stand before the very first."""

    gateway: str
    first: int
    steps: tuple[Step, ...]
    lead: str = ""
    manual: Link | None = None


GUIDES: dict[str, Guide] = {
    "twilio": Guide(
        "Each step stands above the field that it is about. Twilio’s menu changes now and then; the search at its top "
        "finds a page by the name given here. The manual says more:",
        "twilio",
        (
            Step(
                "account_sid",
                "Sign in to Twilio’s console. Copy the Account SID from the box “Account Info” on its first page.",
                "https://console.twilio.com/",
            ),
            Step(
                "from_number",
                "Get a sender: Phone Numbers → Buy a number, one that can send SMS. Write it as +15017122661.",
            ),
            Step(
                "from_number",
                "For several numbers or countries instead: Messaging → Services → Create Messaging Service. Add your "
                "numbers to its sender pool, and copy its SID (MG...).",
            ),
            Step(
                "from_number",
                "Open the countries that your people’s numbers are from: Messaging → Settings → Geo permissions. "
                "Messages to all others are refused (code 21408).",
            ),
            Step(
                "from_number",
                "For numbers in the United States only: register for A2P 10DLC (Messaging → Regulatory Compliance), "
                "which takes days. Without it carriers drop the messages (code 30034).",
            ),
            Step(
                "api_key_sid",
                "Best make an API key, which can be revoked by itself: API keys & tokens → Create API key, type "
                "Standard. Its SID (SK...) belongs here, and its secret, shown only once, into the next field.",
            ),
            Step(
                "auth",
                "Without an API key: leave the API key SID empty, and copy the Auth Token. It stands below the Account "
                "SID, behind “Show”.",
            ),
            Step(
                CHECK,
                "Check the credentials, save, and send a test message to your phone. A trial account sends only to "
                "numbers verified under Phone Numbers → Manage → Verified Caller IDs (code 21608).",
            ),
        ),
    ),
    "generic": Guide(
        "What is sent, and how your gateway answers. The manual says more:",
        "generic-gateway",
        (
            Step(
                "account_sid",
                "Each message is one POST of JSON to this address, with From, To, Body (the code alone) and Message "
                "(the whole sentence).",
            ),
            Step(
                "account_sid",
                "A status from 200 to 299 says that it was taken. Any other status, no answer in time, or a redirect "
                "is a failed send, and the visitor can try again.",
            ),
            Step(
                "auth_type",
                "The credentials go along as HTTP Basic or as a bearer token. Leave them empty where none are asked "
                "for.",
            ),
            Step(
                CHECK,
                "Check whether it can be reached, save, and send a test message to your phone: only that shows "
                "whether messages are taken.",
            ),
            Step("mapping", "If your gateway wants other JSON, write a webhook mapping that makes it."),
        ),
    ),
}


def steps_at(field: str) -> tuple[Steps, ...]:
    """Of each gateway that has some there."""
    found = []
    for gateway, guide in GUIDES.items():
        places = [place for place, step in enumerate(guide.steps) if step.field == field]
        if places:
            steps = tuple(guide.steps[place] for place in places)
            begins = (guide.lead, link(guide.manual)) if places[0] == 0 else ("", None)
            found.append(Steps(gateway, places[0] + 1, steps, *begins))
    return tuple(found)
