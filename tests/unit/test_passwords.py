"""Passwords: hashed with argon2id, at the same cost whoever asks, never in the event loop."""

import asyncio
import threading
import time

import argon2
import pytest

from watchword import passwords
from watchword.passwords import (
    MAX_LENGTH,
    PasswordTooLong,
    hash_in_thread,
    hash_password,
    needs_rehash,
    verify_in_thread,
    verify_password,
)


class Counting:
    """A hasher that counts what it does and, for speed, does it cheaply."""

    def __init__(self) -> None:
        self.real = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        self.work = 0

    def hash(self, password: bytes) -> str:
        self.work += 1
        return self.real.hash(password)

    def verify(self, stored: str, password: bytes) -> bool:
        if stored.startswith("$argon2"):
            self.work += 1
        return self.real.verify(stored, password)

    def check_needs_rehash(self, stored: str) -> bool:
        return self.real.check_needs_rehash(stored)


@pytest.fixture
def hasher(monkeypatch: pytest.MonkeyPatch) -> Counting:
    counting = Counting()
    monkeypatch.setattr(passwords, "_hasher", counting)
    return counting


def test_a_password_verifies_against_its_own_hash_alone() -> None:
    stored = hash_password("correct horse")
    assert verify_password(stored, "correct horse")
    assert not verify_password(stored, "correct horsf")


def test_the_hash_is_argon2id_with_the_parameters_of_rfc_9106() -> None:
    assert hash_password("x").startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_every_hash_has_a_salt_of_its_own(hasher: Counting) -> None:
    assert hash_password("x") != hash_password("x")


@pytest.mark.parametrize("password", ["", "a\0b", "ä€𝄞", "\ud800", " spaces ", "x" * MAX_LENGTH])
def test_any_characters_make_a_password(hasher: Counting, password: str) -> None:
    stored = hash_password(password)
    assert verify_password(stored, password)
    assert not verify_password(stored, password[:-1] + "?")


def test_nul_does_not_cut_a_password_short(hasher: Counting) -> None:
    assert not verify_password(hash_password("a\0b"), "a\0c")


def test_a_password_typed_on_another_keyboard_is_the_same(hasher: Counting) -> None:
    assert verify_password(hash_password("cafe\u0301"), "caf\u00e9")


def test_a_long_password_is_refused_without_hashing(hasher: Counting) -> None:
    with pytest.raises(PasswordTooLong) as caught:
        hash_password("x" * (MAX_LENGTH + 1))
    assert caught.value.status == 400
    stored = hash_password("x" * MAX_LENGTH)
    before = hasher.work
    assert not verify_password(stored, "x" * (MAX_LENGTH + 1))
    assert not verify_password(None, "x" * (MAX_LENGTH + 1))
    assert hasher.work == before


@pytest.mark.parametrize("stored", [None, "", "!", "pbkdf2_sha256$1$a$b"])
def test_a_user_without_a_password_costs_as_much_as_one_with(hasher: Counting, stored: str | None) -> None:
    with_one = hash_password("right")
    start = hasher.work
    assert not verify_password(with_one, "wrong")
    cost = hasher.work - start
    assert not verify_password(stored, "wrong")
    assert hasher.work - start == 2 * cost == 2


def test_nothing_matches_a_missing_hash(hasher: Counting) -> None:
    assert not verify_password(None, "")
    assert not verify_password("", "")


def test_a_damaged_hash_is_no_match(hasher: Counting) -> None:
    assert not verify_password(hash_password("x")[:-8] + "AAAAAAAA", "x")
    assert not verify_password("$argon2id$v=19$m=8,t=1,p=1$damaged", "x")


def test_a_hash_with_older_parameters_wants_to_be_made_anew() -> None:
    weak = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("x")
    assert needs_rehash(weak)
    assert needs_rehash("pbkdf2_sha256$1$a$b")
    assert not needs_rehash(hash_password("x"))


async def test_hashing_leaves_the_event_loop_free(hasher: Counting) -> None:
    threads: list[str] = []
    real = hasher.hash

    def spy(password: bytes) -> str:
        threads.append(threading.current_thread().name)
        return real(password)

    hasher.hash = spy  # type: ignore[method-assign]  # a spy
    stored = await hash_in_thread("x")
    assert await verify_in_thread(stored, "x")
    assert not await verify_in_thread(stored, "y")
    assert not await verify_in_thread(None, "x")
    assert len(threads) == 2
    assert all(name.startswith("password") for name in threads)


async def test_at_most_two_hashes_are_made_at_once(hasher: Counting) -> None:
    lock, running, most = threading.Lock(), 0, 0

    def slow(password: bytes) -> str:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.02)
        with lock:
            running -= 1
        return "hash"

    hasher.hash = slow  # type: ignore[method-assign]  # a spy
    await asyncio.gather(*(hash_in_thread("x") for _ in range(8)))
    assert most == 2


async def test_errors_come_through_from_the_thread() -> None:
    with pytest.raises(PasswordTooLong):
        await hash_in_thread("x" * (MAX_LENGTH + 1))
