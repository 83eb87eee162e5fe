"""Rows to begin a test with, and what the lists show of them."""

import csv
import io
import json
from typing import Any

from sqlalchemy import Connection

from tests.people import OWNER, Person
from tests.unit.web.client import Answer, Visitor
from tests.unit.web.house import House
from tests.unit.web.pages.html_tree import Node, parse
from tests.unit.web.test_devices import user
from watchword.administration.superusers import make_administrator
from watchword.storage.groups import Group, add_member, create_group
from watchword.storage.tokens import Token, create_token
from watchword.storage.users import create_user

USERS, GROUPS = "/if/admin/users/", "/if/admin/groups/"
DEVICES, TOKENS = "/if/admin/devices/", "/if/admin/tokens/"

HOSTILE = ["", " ", "\x00", "😀", "9" * 300, "{{ 7*7 }}", "<script>alert(1)</script>", "'; DROP TABLE users; --"]
"""What is typed by nobody who means well."""


async def user_page(house: House, person: Person = OWNER) -> str:
    return f"{USERS}{(await user(house, person)).id}/"


async def crowd(house: House, count: int) -> None:
    def gather(conn: Connection) -> None:
        for number in range(count):
            create_user(conn, username=f"crowd&{number:03}", now=house.clock(), email="a@b.c")

    await house.services.database.run(gather)


async def make_group(house: House, name: str = "guests", *members: Person, **values: Any) -> Group:
    ids = [(await user(house, person)).id for person in members]

    def make(conn: Connection) -> Group:
        group = create_group(conn, name=name, **values)
        for user_id in ids:
            add_member(conn, group.pk, user_id)
        return group

    return await house.services.database.run(make)


async def make_token(house: House, identifier: str = "ci", person: Person = OWNER, **values: Any) -> Token:
    owner = await user(house, person)
    given = {"key_hash": identifier.ljust(64, "k"), "now": house.clock(), **values}
    return await house.services.database.run(create_token, identifier=identifier, user_id=owner.id, **given)


async def another_superuser(house: House) -> None:
    """Without one, the administrator of these tests is the last."""

    def make(conn: Connection) -> None:
        make_administrator(conn, create_user(conn, username="ada", now=house.clock()))

    await house.services.database.run(make)


def table(answer: Answer) -> list[list[str]]:
    """The cells of each row, as they read."""
    assert answer.status in (200, 400), answer.status
    tables = parse(answer.text).all("table")
    rows = tables[0].one("tbody").all("tr") if tables else []
    return [[cell.text for cell in row.children if isinstance(cell, Node)] for row in rows]


def firsts(answer: Answer) -> list[str]:
    """What the first cell of each row names."""
    body = parse(answer.text).all("tbody")
    return [row.one("th").all("bdi")[0].text for row in body[0].all("tr")] if body else []


def said(answer: Answer) -> str:
    return parse(answer.text).one("main").text


def link(answer: Answer, rel: str) -> str:
    return parse(answer.text).one("a", rel=rel).attrs["href"]


async def saved(admin: Visitor, target: str) -> list[dict[str, str]]:
    answer = await admin.get(target)
    assert (answer.status, answer.header("content-type")) == (200, "text/csv; charset=utf-8"), target
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


async def events(house: House, action: str) -> list[dict[str, Any]]:
    rows = await house.rows("SELECT * FROM event WHERE action = :action ORDER BY id", action=action)
    return [{**row, "context": json.loads(row["context"])} for row in rows]


async def count(house: House, table: str) -> int:
    return int((await house.rows(f"SELECT count(*) AS n FROM {table}"))[0]["n"])  # noqa: S608 - our own names
