"""The three people of every test: the owner, another user, and a stranger who has no account."""

from typing import NamedTuple


class Person(NamedTuple):
    username: str
    password: str
    number: str
    """E.164, of a mobile range that its country has assigned."""
    national: str
    region: str


OWNER = Person("olivia", "olivia keeps a long password", "+4915123456713", "0151 23456713", "DE")
OTHER = Person("oscar", "oscar has another password", "+447400123456", "07400 123456", "GB")
STRANGER = Person("sam", "nobody knows this person", "+33612345678", "06 12 34 56 78", "FR")
