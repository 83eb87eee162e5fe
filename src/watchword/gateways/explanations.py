"""Why a message was not sent, in the words that an administrator needs: what it means, whose move it is, what to do."""

from typing import NamedTuple

from watchword.gateways.errors import Category


class Explanation(NamedTuple):
    """`fix` where nothing better is known."""

    meaning: str
    move: str
    fix: str


EXPLANATIONS: dict[Category, Explanation] = {
    "configuration": Explanation(
        "The gateway does not take what the stage tells it: an address, credentials, or a sender.",
        "Yours: until it is mended, nothing is sent.",
        "Compare the stage’s fields with what the gateway’s own pages show.",
    ),
    "throttled": Explanation(
        "The gateway asks to slow down.",
        "Nobody’s: it passes by itself.",
        "Wait a minute, and send it again.",
    ),
    "number": Explanation(
        "The gateway takes this number for one that gets no text messages.",
        "That of the number’s owner.",
        "Check the number, or use another one.",
    ),
    "route": Explanation(
        "The gateway knows no way to this number.",
        "Yours, if people there are to be reached.",
        "Use another sender, or another gateway for this country.",
    ),
    "delivery": Explanation(
        "The gateway took the message, and the network did not deliver it.",
        "The network’s.",
        "Try another number, or another sender.",
    ),
    "abuse": Explanation(
        "The gateway takes the message for abuse.",
        "The gateway’s.",
        "Ask the gateway’s support, with the time and the code of the refusal.",
    ),
    "network": Explanation(
        "The gateway could not be reached, or gave no answer that could be read.",
        "That of whoever keeps the network between this server and the gateway.",
        "Check the address, and whether this server may reach it: a firewall, a proxy, a name server.",
    ),
    "gateway": Explanation(
        "The gateway was reached, and did not take the message.",
        "The gateway’s, unless its answer says otherwise.",
        "Read its answer; where it says nothing of use, try again later, then ask the gateway’s support.",
    ),
    "mapping": Explanation(
        "The webhook mapping failed, so there was nothing to send.",
        "Yours: until it is mended, nothing is sent.",
        "Try the mapping on its own page, and mend the line it names.",
    ),
    "busy": Explanation(
        "More messages wait for this gateway than it takes: this server gave this one up before it was handed over.",
        "Nobody’s: it passes by itself.",
        "If it comes back, raise WATCHWORD_GATEWAY_CONCURRENCY, as far as the gateway allows.",
    ),
    "resting": Explanation(
        "The gateway failed several times in a row, so nothing is handed to it for a while; then one message tries it.",
        "The gateway’s; what failed before says more.",
        "Read the event “gateway_resting”, and try again in a minute.",
    ),
}
