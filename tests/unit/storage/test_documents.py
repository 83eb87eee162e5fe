"""Documents: secret fields are sealed in them, the others stand there in clear."""

from typing import Annotated, Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.errors import ConfigurationInvalid, SettingsInvalid
from watchword.keyring import Keyring
from watchword.model.base import ConfigObject
from watchword.model.fields import described
from watchword.storage.documents import SEALED, open_document, plain_document, seal_document, to_object

KEYRING = Keyring("k" * 32)


class Vault(ConfigObject, frozen=True, kw_only=True):
    model: ClassVar[str] = "test.vault"
    family: ClassVar[str] = "vault"
    verbose_name: ClassVar[str] = "Vault"

    name: Annotated[str, described("Name")]
    token: Annotated[str, described("Token", secret=True)] = ""
    spare: Annotated[str | None, described("Spare", secret=True)] = None
    headers: Annotated[dict[str, str], described("Headers", secret=True)] = {}


CATALOGUE: dict[str, type[ConfigObject]] = {"test.vault": Vault}
texts = st.text(st.characters(exclude_categories=["Cs"]))


def sealed(vault: Vault, keyring: Keyring = KEYRING) -> dict[str, Any]:
    return seal_document(Vault, plain_document(vault), keyring)


@given(texts, texts, st.none() | texts, st.dictionaries(texts, texts))
def test_an_object_comes_back_whatever_it_holds(
    name: str, token: str, spare: str | None, headers: dict[str, str]
) -> None:
    vault = Vault(name=name, token=token, spare=spare, headers=headers)
    document = sealed(vault)
    assert to_object(CATALOGUE, KEYRING, pk=vault.pk, model="test.vault", document=document) == vault


def test_only_secrets_are_sealed() -> None:
    document = sealed(Vault(name="gate", token="s3cret", headers={"X": "s3cret"}))
    assert document["name"] == "gate"
    assert document["token"].startswith(SEALED)
    assert document["headers"].startswith(SEALED)
    assert "pk" not in document
    assert "s3cret" not in str(document)


@pytest.mark.parametrize("empty", [{"token": ""}, {"spare": None}, {"headers": {}}])
def test_what_is_empty_is_left_as_it_is(empty: dict[str, Any]) -> None:
    [(field, value)] = empty.items()
    assert sealed(Vault(name="gate", **empty))[field] == value


def test_the_same_secret_never_looks_the_same() -> None:
    """Else one could see which objects share a password."""
    vault = Vault(name="gate", token="s3cret")
    assert sealed(vault)["token"] != sealed(vault)["token"]


def test_a_secret_that_looks_sealed_is_sealed_all_the_same() -> None:
    vault = Vault(name="gate", token=SEALED + "abc")
    assert open_document(Vault, sealed(vault), KEYRING)["token"] == SEALED + "abc"


def test_another_key_opens_nothing() -> None:
    with pytest.raises(SettingsInvalid):
        open_document(Vault, sealed(Vault(name="gate", token="s3cret")), Keyring("x" * 32))


def test_a_changed_seal_opens_nothing() -> None:
    document = sealed(Vault(name="gate", token="s3cret"))
    document["token"] = document["token"][:-8] + "AAAAAAA="
    with pytest.raises(SettingsInvalid):
        open_document(Vault, document, KEYRING)


def test_problems_name_the_object_and_no_secret() -> None:
    document = sealed(Vault(name="gate", token="s3cret")) | {"name": 5}
    with pytest.raises(ConfigurationInvalid) as caught:
        to_object(CATALOGUE, KEYRING, pk="pk-1", model="test.vault", document=document)
    assert "test.vault" in caught.value.message
    assert "s3cret" not in caught.value.message
    with pytest.raises(ConfigurationInvalid, match="no such model"):
        to_object({}, KEYRING, pk="pk-1", model="test.vault", document=document)
