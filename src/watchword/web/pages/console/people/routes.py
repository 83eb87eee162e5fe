"""The addresses of the pages about people, and which of them take a fresh proof."""

from functools import partial

from watchword.web.pages.console.people import (
    device_deeds,
    devices_list,
    group_deletion,
    group_forms,
    group_members,
    group_page,
    groups_list,
    password_form,
    token_deletion,
    token_forms,
    token_key,
    tokens_list,
    user_deeds,
    user_forms,
    user_page,
    users_list,
)
from watchword.web.pages.console.people.addresses import DEVICES, GROUPS, TOKENS, USERS
from watchword.web.pages.console.people.doors import at_desk, proven
from watchword.web.types import Show

USER = f"{USERS}{{user_id:str}}/"
GROUP = f"{GROUPS}{{group_pk:str}}/"
MEMBER = f"{GROUP}members/{{user_id:str}}/remove/"
TOKEN = f"{TOKENS}{{token_pk:str}}/"

SHOWN: tuple[tuple[str, Show], ...] = (
    (USERS, at_desk(users_list.show)),
    (users_list.CSV, at_desk(users_list.save)),
    (user_forms.NEW, at_desk(user_forms.new)),
    (USER, at_desk(user_page.show)),
    (f"{USER}edit/", at_desk(user_forms.edit)),
    (f"{USER}password/", proven(password_form.ask)),
    *((f"{USER}{deed.path}/", proven(partial(user_deeds.ask, deed))) for deed in user_deeds.DEEDS),
    (GROUPS, at_desk(groups_list.show)),
    (group_forms.NEW, at_desk(group_forms.new)),
    (GROUP, at_desk(group_page.show)),
    (f"{GROUP}edit/", at_desk(group_forms.edit)),
    (f"{GROUP}delete/", proven(group_deletion.ask)),
    (MEMBER, at_desk(group_members.ask)),
    (TOKENS, at_desk(tokens_list.show)),
    (token_forms.NEW, proven(token_forms.new)),
    (TOKEN, at_desk(token_forms.edit)),
    (f"{TOKEN}key/", at_desk(token_key.show)),
    (f"{TOKEN}delete/", proven(token_deletion.ask)),
    (DEVICES, at_desk(devices_list.show)),
    (devices_list.CSV, at_desk(devices_list.save)),
    (f"{DEVICES}{{user_id:str}}/", at_desk(user_page.show_elsewhere)),
    (device_deeds.DEED, proven(device_deeds.ask)),
)

TAKEN: tuple[tuple[str, Show], ...] = (
    (user_forms.NEW, at_desk(user_forms.create)),
    (f"{USER}edit/", at_desk(user_forms.save)),
    (f"{USER}password/", proven(password_form.save)),
    *((f"{USER}{deed.path}/", proven(partial(user_deeds.do, deed))) for deed in user_deeds.DEEDS),
    (group_forms.NEW, at_desk(group_forms.create)),
    (f"{GROUP}edit/", at_desk(group_forms.save)),
    (f"{GROUP}delete/", proven(group_deletion.do)),
    (f"{GROUP}members/", at_desk(group_members.add)),
    (MEMBER, at_desk(group_members.remove)),
    (token_forms.NEW, at_desk(token_forms.create)),
    (TOKEN, at_desk(token_forms.save)),
    (f"{TOKEN}delete/", proven(token_deletion.do)),
    (devices_list.FIND, at_desk(devices_list.find)),
    (device_deeds.DEED, proven(device_deeds.do)),
)
