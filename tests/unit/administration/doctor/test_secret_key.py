"""The doctor on the secret key: its source, its strength, and who can read it."""

import math
import secrets
import uuid
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.administration.doctor.patients import KEY, codes, only, patient, private_file
from watchword.administration.doctor.checks.secret_key import (
    _BITS_AT_LEAST,
    BESIDE,
    FINE,
    IN_ENVIRONMENT,
    MISSING,
    OTHER,
    READABLE,
    WEAK,
    bits,
    check,
)
from watchword.errors import ConfigurationInvalid, SettingsInvalid

NAME, FILE = "WATCHWORD_SECRET_KEY", "WATCHWORD_SECRET_KEY_FILE"


def embedded(folder: Path) -> dict[str, object]:
    return {"database_url": f"sqlite:///{folder / 'watchword.db'}", "data_dir": folder}


async def test_a_key_from_a_file_of_its_own_is_fine(tmp_path: Path) -> None:
    file = private_file(tmp_path / "key", KEY)
    assert codes(await check(patient(environ={FILE: str(file)}))) == [FINE.code]


async def test_a_key_that_is_kept_beside_the_database_is_told(tmp_path: Path) -> None:
    private_file(tmp_path / "secret_key", KEY)
    assert codes(await check(patient(**embedded(tmp_path)))) == [FINE.code, BESIDE.code]


async def test_a_key_from_a_file_is_not_beside_the_database(tmp_path: Path) -> None:
    file = private_file(tmp_path / "key", KEY)
    assert BESIDE.code not in codes(await check(patient(**embedded(tmp_path), environ={FILE: str(file)})))


async def test_a_key_in_the_environment_is_told() -> None:
    found = await check(patient(environ={NAME: KEY}))
    assert codes(found) == [FINE.code, IN_ENVIRONMENT.code]
    assert all(KEY not in f"{one.sentence}{one.fix}" for one in found)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o644])
async def test_a_kept_key_that_others_can_read_is_wrong(tmp_path: Path, mode: int) -> None:
    private_file(tmp_path / "secret_key", KEY).chmod(mode)
    found = await check(patient(**embedded(tmp_path)))
    assert str(tmp_path / "secret_key") in only(found, READABLE).sentence
    assert FINE.code not in codes(found)


async def test_a_keys_file_that_others_can_read_is_wrong(tmp_path: Path) -> None:
    file = private_file(tmp_path / "key", KEY)
    file.chmod(0o644)
    assert READABLE.code in codes(await check(patient(environ={FILE: str(file)})))


async def test_what_an_orchestrator_mounts_is_readable_by_its_nature() -> None:
    for place in ("/run/secrets/key", "/var/run/secrets/key"):
        assert READABLE.code not in codes(await check(patient(environ={FILE: place})))


async def test_no_key_yet_is_advice_only(tmp_path: Path) -> None:
    assert codes(await check(patient(**embedded(tmp_path), secret_key=""))) == [MISSING.code]


async def test_a_key_that_opens_nothing_is_wrong() -> None:
    ill = patient(snapshot=None, configuration_trouble=SettingsInvalid("A stored secret cannot be opened."))
    assert only(await check(ill), OTHER).severity == "error"


async def test_a_configuration_that_is_wrong_by_itself_is_not_the_keys_fault() -> None:
    ill = patient(snapshot=None, configuration_trouble=ConfigurationInvalid([]), environ={FILE: "/nowhere"})
    assert codes(await check(ill)) == [FINE.code]


@pytest.mark.parametrize("key", ["k" * 64, "ab" * 32, "changeme" * 4 + "!" * 8, "1" * 31 + "2"])
async def test_a_key_that_repeats_itself_is_weak(key: str) -> None:
    found = await check(patient(secret_key=key))
    assert only(found, WEAK).fix.startswith("Make one with: openssl rand -hex 32")
    assert key not in found[0].sentence


@given(st.integers(min_value=0))
def test_random_keys_are_never_weak(seed: int) -> None:
    for key in (secrets.token_hex(32), secrets.token_urlsafe(48), secrets.token_hex(24), str(uuid.uuid4()) * 2):
        assert bits(key) >= _BITS_AT_LEAST, key


def test_the_bits_of_a_text_are_those_of_its_letters() -> None:
    assert bits("aaaa") == 0
    assert bits("abac") == 6
    assert bits("abcabc") == pytest.approx(6 * math.log2(3) * 3 / 4)
    assert bits("abcd") == 8
