"""Sentences that the documents quote are said by the code, and their numbers are its numbers."""

import math
import re

import pytest

from tests.manual import DOCS, ROOT
from watchword import codes, passwords
from watchword.administration.checking import PER_HOUR as CHECKS_PER_HOUR
from watchword.flows.password_check import PER_ADDRESS, PER_USER, PER_USER_AND_ADDRESS
from watchword.phone import _NEVER
from watchword.recovery_codes import ALPHABET, LENGTH
from watchword.stages.authenticator_sms.sending import PER_SESSION
from watchword.stages.authenticator_validate.blind import A_DAY
from watchword.storage.database import POOL_SIZE

SECURITY, FAQ, RUNNING, TWILIO = (
    re.sub(r"\s+", " ", (DOCS / f"{name}.md").read_text("utf-8")) for name in ("security", "faq", "running", "twilio")
)
SOURCES = "\n".join(
    path.read_text("utf-8")
    for pattern in ("*.py", "*.html", "*.yaml")
    for path in (ROOT / "src" / "watchword").rglob(pattern)
)
QUOTED = re.findall(r'^### "(.+)"', (DOCS / "faq.md").read_text("utf-8"), re.MULTILINE)
NOT_OURS = {
    "504 Gateway Time-out": "a proxy says it",
    "Invalid phone number or missing region code": "an expression says it",
}


@pytest.mark.parametrize("sentence", [one for one in QUOTED if one not in NOT_OURS])
def test_a_sentence_that_visitors_ask_about_is_one_that_they_read(sentence: str) -> None:
    assert sentence in SOURCES


def test_there_are_such_sentences() -> None:
    assert len(QUOTED) > 5
    assert NOT_OURS.keys() <= set(QUOTED)


def test_labels_that_the_questions_name_are_on_the_pages() -> None:
    for label in ("Send a new code", "Change number", "Check credentials", "Send a test message", "Conversion"):
        assert label in FAQ
        assert label in SOURCES


def test_the_limits_of_a_code_are_those_of_the_code() -> None:
    assert f"has {codes.MIN_LENGTH} to {codes.MAX_LENGTH} random digits" in SECURITY
    assert (codes.LIFE.total_seconds(), codes.MAX_LIFE.total_seconds()) == (300, 600)
    assert "lives five minutes, ten at most" in SECURITY
    assert codes.TRIES == 5
    assert "takes five tries" in SECURITY
    assert codes.WRONG_PER_HOUR == 10
    assert "ten wrong tries an hour" in SECURITY
    assert codes.WRONG_IN_A_ROW == 100
    assert "A hundred wrong codes in a row" in SECURITY


def test_the_limits_of_messages_are_those_of_the_code() -> None:
    *first, last = codes.RESEND_WAITS
    assert f"after {', '.join(map(str, first))}, then every {last} seconds" in SECURITY
    assert (codes.SENDS_PER_DAY, PER_SESSION.count, PER_SESSION.seconds) == (5, 60, 3600)
    assert "five messages a day by default, a session causes sixty an hour" in SECURITY
    assert (A_DAY.count, A_DAY.seconds) == (3, 86_400)
    assert "three messages a day" in SECURITY
    assert f"{CHECKS_PER_HOUR.count} checks an hour" in TWILIO


def test_the_limits_of_passwords_are_those_of_the_code() -> None:
    assert f"{passwords.MIN_LENGTH} to {passwords.MAX_LENGTH:,} characters" in SECURITY
    limits = [(limit.count, limit.seconds) for limit in (PER_USER_AND_ADDRESS, PER_USER, PER_ADDRESS)]
    assert limits == [(10, 600), (50, 3600), (100, 600)]
    assert "ten in ten minutes for a user and address, fifty an hour for a user, a hundred in ten minutes" in SECURITY


def test_recovery_codes_hold_what_they_are_said_to_hold() -> None:
    assert int(math.log2(len(ALPHABET) ** LENGTH)) == 59
    assert "have 59 random bits" in SECURITY


def test_every_kind_that_is_never_sent_to_is_named() -> None:
    words = {"uan": "company", "premium_rate": "premium-rate", "shared_cost": "shared-cost", "toll_free": "toll-free"}
    assert [kind for kind in _NEVER if words.get(kind, kind) not in SECURITY] == []


def test_a_server_holds_as_many_connections_as_is_said() -> None:
    assert POOL_SIZE == 10
    assert "Each process holds up to ten connections" in RUNNING


def test_every_rule_has_a_place_for_its_source() -> None:
    page = (DOCS / "security.md").read_text("utf-8")
    rules = [line for line in page.splitlines() if line.startswith("| ") and not line.startswith("| rule |")]
    assert len(rules) > 35
    source = re.compile(
        r"NIST SP 800-38D|NIST \d(\.\d+)+|ASVS \d+(\.\d+){2}(, (\d+(\.\d+){2}|in part))*|RFC \d+(, \d\.\d)?"
        r"|Origin-bound one-time codes \(WICG\)"
    )
    for rule in rules:
        cell = rule.strip("| ").rpartition(" | ")[2] if not rule.endswith("| |") else ""
        assert all(source.fullmatch(one) for one in cell.split("; ") if one), rule
