"""What looks wrong with a value, in words: by rules that Python and the script of the form share."""

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.gateways.generic.shapes import URL
from watchword.gateways.shapes import Shape, slip_of
from watchword.gateways.twilio.shapes import ACCOUNT_SID, API_KEY_SID, AUTH_TOKEN, SENDER

HEX = "0123456789abcdefABCDEF0123456789"
SHAPES = {"account": ACCOUNT_SID, "key": API_KEY_SID, "token": AUTH_TOKEN, "sender": SENDER, "url": URL}
every = pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)

UNSEEN = "or a character that cannot be seen: copy it again."
NUMBER = "as +15017122661."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"SK{HEX}", "An Account SID begins with AC; this one begins with SK: that is an API key's SID."),
        (f"MG{HEX}", "An Account SID begins with AC; this one begins with MG: that is a Messaging Service's SID."),
        (f"PN{HEX}", "An Account SID begins with AC; this one begins with PN: that is a phone number's SID."),
        (f"ZZ{HEX}", "An Account SID begins with AC; this one begins with ZZ."),
        (f"ac{HEX}", "An Account SID begins with AC; this one begins with ac."),
        (HEX, "An Account SID begins with AC; this may be an Auth Token, or a SID without its AC."),
        (f"AC{HEX[1:]}", "34 characters are needed, this has 33."),
        (f"AC{HEX}0", "34 characters are needed, this has 35."),
        (f"AC{HEX[2:]}", "34 characters are needed, this has 32."),
        ("A", "An Account SID begins with AC; this one begins with A."),
        (f"AC{HEX[1:]}g", "After AC come digits and the letters a to f only."),
        (f"AC{HEX[:16]} {HEX[16:]}", f"There is a blank in the Account SID, {UNSEEN}"),
        (f"AC{HEX}\u200b", f"There is a blank in the Account SID, {UNSEEN}"),
    ],
)  # fmt: skip
def test_an_account_sid(text: str, said: str) -> None:
    assert slip_of(ACCOUNT_SID, text) == said


def test_an_api_key_sid() -> None:
    assert slip_of(API_KEY_SID, f"SK{HEX}") == ""
    assert slip_of(API_KEY_SID, f"AC{HEX}") == (
        "An API key SID begins with SK; this one begins with AC: that is the Account SID."
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEX, ""),
        (HEX[1:], "This is too short: an Auth Token has 32 characters."),
        (f"{HEX}0", "This is too long: an Auth Token has 32 characters."),
        (f"AC{HEX}", "That is the Account SID, and no Auth Token."),
        (f"SK{HEX}", "That is an API key's SID, and no Auth Token."),
        (f"{HEX[:31]}x", "An Auth Token is made of digits and the letters a to f only. The secret of an API key needs "
                         "the API key SID too."),
        (f"{HEX[:8]} {HEX[8:]}", f"There is a blank in the Auth Token, {UNSEEN}"),
    ],
)  # fmt: skip
def test_an_auth_token(text: str, said: str) -> None:
    assert slip_of(AUTH_TOKEN, text) == said


@pytest.mark.parametrize(
    "text",
    ["+15017122661", "+4915123456713", f"MG{HEX}", "Watchword", "Watch word", "W", "A+B-C_D & E", "MGM Resorts",
     "7 Eleven", "12345", "123", "12345678", "AC01234567", " +15017122661 "],
)  # fmt: skip
def test_a_sender_that_twilio_takes(text: str) -> None:
    assert slip_of(SENDER, text) == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("+1 501 712 2661", f"A number is written without blanks and marks, {NUMBER}"),
        ("(501) 712-2661", f"A number is written without blanks and marks, {NUMBER}"),
        ("+49 (0) 151/234", f"A number is written without blanks and marks, {NUMBER}"),
        ("15017122661", f"A number begins with + and its country code, {NUMBER}"),
        ("0049151234567", f"A number begins with + and its country code, {NUMBER}"),
        ("+015112345678", f"After + comes the country code, which never begins with 0: {NUMBER}"),
        ("+1234", f"A number has 7 to 15 digits after the +, {NUMBER}"),
        ("+1234567890123456", f"A number has 7 to 15 digits after the +, {NUMBER}"),
        ("12", "A short code has 3 to 8 digits."),
        (f"MG{HEX[1:]}", "The SID of a Messaging Service has 34 characters, this has 33."),
        (f"AC{HEX}", "That is the Account SID. Here belongs a number, a sender name or MG..."),
        (f"SK{HEX}", "That is an API key's SID. Here belongs a number, a sender name or MG..."),
        (f"PN{HEX}", f"That is a phone number's SID. Write the number itself, {NUMBER}"),
        ("Watchword GmbH", "A sender name has 11 characters at most, this has 14."),
        ("1-800-FLOWERS", "A sender name has 11 characters at most, this has 13."),
        ("Grüße", "A sender name is made of unaccented letters, digits, blanks and + - _ & only."),
        ("&&&", "A sender name has one letter at least, and no accents."),
        ("+1501712\u200b2661", "There is a character in the sender that cannot be seen: copy it again."),
    ],
)
def test_a_sender_that_twilio_does_not_take(text: str, said: str) -> None:
    assert slip_of(SENDER, text) == said


@pytest.mark.parametrize(
    "text",
    ["https://sms.example.org/send", "HTTPS://sms.example.org", "https://user:pass@sms.example.org:8443/?key=1",
     "http://localhost:9000/send", "http://127.0.0.1/", "http://[::1]:80", "https://xn--bcher-kva.example/ü"],
)  # fmt: skip
def test_an_address_that_is_right(text: str) -> None:
    assert slip_of(URL, text) == ""


PLAIN = "With http:// numbers, codes and credentials can be read on the way. Use https:// where you can."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("http://sms.example.org/send", PLAIN),
        ("http://localhost.example.org/", PLAIN),
        ("http://127.0.0.1@example.org/", PLAIN),
        ("http://127.example.org", PLAIN),
        ("https://", "After :// comes the name of the server."),
        ("http:///send", "After :// comes the name of the server."),
        ("sms.example.org/send", "The address begins with https://."),
        ("ftp://sms.example.org", "The address begins with https://."),
        (f"AC{HEX}", "The address begins with https://."),
        ("https://sms.example.org/se nd", f"There is a blank in the address, {UNSEEN}"),
    ],
)
def test_an_address_that_is_not(text: str, said: str) -> None:
    assert slip_of(URL, text) == said


@every
@given(text=st.text())
def test_of_every_text_there_is_either_nothing_to_say_or_a_whole_sentence(shape: Shape, text: str) -> None:
    said = slip_of(shape, text)
    fits = not text.strip() or bool(re.search(shape.fits, text.strip()))
    assert (said == "") is fits
    if said:
        assert said.endswith(".")
        assert "{length}" not in said


@every
@given(text=st.text(alphabet=string.ascii_letters + string.digits + "+:/. ", min_size=1))
def test_blanks_at_the_ends_do_not_matter(shape: Shape, text: str) -> None:
    assert slip_of(shape, f" \t{text}\n") == slip_of(shape, text)


@given(digits=st.text(alphabet="0123456789abcdefABCDEF", min_size=32, max_size=32))
def test_whatever_has_the_shape_is_left_alone(digits: str) -> None:
    assert slip_of(ACCOUNT_SID, f"AC{digits}") == slip_of(API_KEY_SID, f"SK{digits}") == ""
    assert slip_of(SENDER, f"MG{digits}") == slip_of(AUTH_TOKEN, digits) == ""


@given(text=st.text())
def test_what_is_said_of_a_token_holds_nothing_of_it(text: str) -> None:
    """Neither how long it is: it is said of a stored one too."""
    assert slip_of(AUTH_TOKEN, text) in {"", *(slip.sentence for slip in AUTH_TOKEN.slips)}


@every
def test_a_text_without_end_is_read_at_once(shape: Shape) -> None:
    """No pattern goes back over what it has read: that would take minutes, and so the test's time-out."""
    for text in ("1 " * 50_000, "+" * 100_000, "AC" + "a" * 100_000, "a" * 99_999 + "é", "http://" * 15_000):
        assert slip_of(shape, text)
