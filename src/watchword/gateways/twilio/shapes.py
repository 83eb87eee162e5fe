"""What Twilio's SIDs, tokens and senders look like (Twilio's OpenAPI description: the patterns of `api.v2010`)."""

from watchword.gateways.shapes import ANYTHING, HEX, Shape, Slip, unseen

_SID = 34
_TOKEN = 32

_OTHERS = {
    "AC": "the Account SID",
    "SK": "an API key's SID",
    "MG": "a Messaging Service's SID",
    "PN": "a phone number's SID",
}
"""What begins with what."""


def _sid(name: str, prefix: str) -> Shape:
    others = {other: what for other, what in _OTHERS.items() if other != prefix}
    begins = f"An {name} begins with {prefix}"
    return Shape(
        fits=f"^{prefix}{HEX}{{32}}$",
        slips=(
            unseen(name),
            *(
                Slip(f"^{other}", f"{begins}; this one begins with {other}: that is {others[other]}.")
                for other in others
            ),
            Slip(f"^(?!{prefix}){HEX}{{32}}$", f"{begins}; this may be an Auth Token, or a SID without its {prefix}."),
            Slip(f"^(?!{prefix})", f"{begins}; this one begins with {{start}}."),
            Slip(f"^..{HEX}*[^0-9a-fA-F]", f"After {prefix} come digits and the letters a to f only."),
            Slip(ANYTHING, f"{_SID} characters are needed, this has {{length}}."),
        ),
        plausible=_SID,
    )


ACCOUNT_SID = _sid("Account SID", "AC")
API_KEY_SID = _sid("API key SID", "SK")

AUTH_TOKEN = Shape(
    fits=f"^{HEX}{{{_TOKEN}}}$",
    slips=(
        unseen("Auth Token"),
        *(Slip(f"^{prefix}{HEX}{{32}}$", f"That is {what}, and no Auth Token.") for prefix, what in _OTHERS.items()),
        Slip(
            "[^0-9a-fA-F]",
            "An Auth Token is made of digits and the letters a to f only. The secret of an API key needs the API key "
            "SID too.",
        ),
        Slip(rf"^[\s\S]{{{_TOKEN + 1},}}$", f"This is too long: an Auth Token has {_TOKEN} characters."),
        Slip(ANYTHING, f"This is too short: an Auth Token has {_TOKEN} characters."),
    ),
    plausible=_TOKEN,
    unless="api_key_sid",
)
"""Says nothing of what stands there, and not how long it is: this is told of a stored secret too."""

_NUMBER = "as +15017122661"

SENDER = Shape(
    fits=rf"^(?:\+[1-9][0-9]{{6,14}}|MG{HEX}{{32}}|[0-9]{{3,8}}|(?=.*[A-Za-z])[A-Za-z0-9 +&_-]{{1,11}})$",
    slips=(
        Slip(r"[\u200b-\u200f\u2060\ufeff]", "There is a character in the sender that cannot be seen: copy it again."),
        Slip(f"^AC{HEX}{{10,}}$", "That is the Account SID. Here belongs a number, a sender name or MG..."),
        Slip(f"^SK{HEX}{{10,}}$", "That is an API key's SID. Here belongs a number, a sender name or MG..."),
        Slip(f"^PN{HEX}{{10,}}$", f"That is a phone number's SID. Write the number itself, {_NUMBER}."),
        Slip(
            f"^MG{HEX}{{10,}}$",
            f"The SID of a Messaging Service has {_SID} characters, this has {{length}}.",
        ),
        Slip(r"^(?=.*[ ().\/-])\+?[0-9 ().\/-]+$", f"A number is written without blanks and marks, {_NUMBER}."),
        Slip(r"^\+0", f"After + comes the country code, which never begins with 0: {_NUMBER}."),
        Slip(r"^\+[0-9]*$", f"A number has 7 to 15 digits after the +, {_NUMBER}."),
        Slip("^[0-9]{9,}$", f"A number begins with + and its country code, {_NUMBER}."),
        Slip("^[0-9]+$", "A short code has 3 to 8 digits."),
        Slip(r"^[\s\S]{12,}$", "A sender name has 11 characters at most, this has {length}."),
        Slip("[A-Za-z]", "A sender name is made of unaccented letters, digits, blanks and + - _ & only."),
        Slip(ANYTHING, "A sender name has one letter at least, and no accents."),
    ),
    plausible=_SID,
)
