"""What is done with somebody's device: `/if/admin/devices/ID/sms/7/remove/`. Each deed is asked about first."""

from typing import Any, NamedTuple

from litestar import Response
from sqlalchemy import Connection

from watchword.errors import NotFound
from watchword.flows.administered_authenticators import DEEDS, Deed, administer, what_it_costs
from watchword.flows.own_authenticators import find_own
from watchword.storage.authenticators import Authenticator
from watchword.storage.users import User
from watchword.web.pages.console.desk import Desk
from watchword.web.pages.console.people.addresses import DEVICES, device_url
from watchword.web.pages.console.people.persons import user_named
from watchword.web.pages.console.people.user_page import device_row
from watchword.web.pages.numbers import device_number
from watchword.web.pages.render import render_deed

DEED = f"{DEVICES}{{user_id:str}}/{{device_class:str}}/{{device_id:str}}/{{deed:str}}/"


class Meant(NamedTuple):
    owner: User
    device: Authenticator
    deed: Deed

    @property
    def url(self) -> str:
        return f"{DEVICES}{self.owner.id}/{self.device.device_class}/{self.device.id}/{self.deed}/"

    @property
    def back(self) -> str:
        return device_url(self.owner.id, self.device.device_class, self.device.id)


async def ask(desk: Desk) -> Response[Any]:
    meant = await desk.services.database.read(_meant, desk)
    cost = await desk.services.database.read(what_it_costs, meant.deed, meant.device)
    page = await desk.page(meant.url, meant.back)
    row = device_row(meant.device)
    return desk.answer(render_deed(page, meant.owner, row, meant.deed, DEEDS[meant.deed].means, cost))


async def do(desk: Desk) -> Response[Any]:
    meant = await desk.services.database.read(_meant, desk)
    await desk.form()
    await desk.services.database.run(
        administer,
        meant.deed,
        meant.owner,
        meant.device.device_class,
        meant.device.id,
        by=desk.author.name,
        now=desk.services.clock(),
        client_ip=desk.author.address,
    )
    return await desk.done(f"{device_row(meant.device).name} {DEEDS[meant.deed].done}.", meant.back)


def _meant(conn: Connection, desk: Desk) -> Meant:
    """Raises `NotFound`."""
    named = desk.request.path_params
    owner = user_named(desk, conn)
    deed = next((known for known in DEEDS if known == named["deed"]), None)
    if deed is None:
        raise NotFound
    return Meant(owner, find_own(conn, owner, str(named["device_class"]), device_number(str(named["device_id"]))), deed)
