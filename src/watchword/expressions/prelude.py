"""What is defined inside the sandbox before an expression runs. It is Python of the sandbox, not of the host.

An expression is given only those statements that it needs (`watchword.expressions.parts`), so each of them defines
names, or one attribute of a name, and has no other effect.
"""

from watchword.expressions.parts import Prelude

VIEWS = """
import re

def _fill(view, values):
    for key, value in values.items():
        setattr(view, key, value)
    return view

class _View:
    pass

class User:
    def has_usable_password(self):
        return self.has_password
    def group_attributes(self, request=None):
        return {}
    def __str__(self):
        return self.username

class HttpRequest:
    pass

class Device:
    pass

class Stage:
    pass

class PolicyRequest:
    pass

class FlowPlan:
    pass

class PolicyResult:
    pass

class IPAddress:
    def __str__(self):
        return self.text
    def __eq__(self, other):
        return str(self) == str(other)

class IPNetwork:
    def __str__(self):
        return self.text
    def __eq__(self, other):
        return str(self) == str(other)
    def __contains__(self, address):
        return self.version == address.version and self.first <= address.number <= self.last

def _user(values):
    return None if values is None else _fill(User(), values)

def _http_request(values):
    if values is None:
        return None
    return _fill(HttpRequest(), {
        "method": values["method"],
        "path": values["path"],
        "GET": values["GET"],
        "META": values["META"],
        "session": {},
        "brand": _fill(_View(), {"branding_title": values["branding_title"]}),
        "tenant": _fill(_View(), {
            "default_user_change_email": False,
            "default_user_change_name": True,
            "default_user_change_username": False,
        }),
    })

request = PolicyRequest()
request.obj = None
"""

HELPERS = """
_logs = []

class _Logger:
    def _log(self, level, event, values):
        # What is logged beside the event may be a visitor's: it is shown only where an administrator tries it out.
        shown = {key: str(value) for key, value in values.items()} if _given.get("debug") else {}
        _logs.append({"level": level, "event": str(event), "values": shown})
    def debug(self, event="", **values):
        self._log("debug", event, values)
    def info(self, event="", **values):
        self._log("info", event, values)
    def warning(self, event="", **values):
        self._log("warning", event, values)
    def error(self, event="", **values):
        self._log("error", event, values)

ak_logger = _Logger()

def regex_match(value, regex):
    return re.search(regex, value) is not None

def regex_replace(value, regex, repl):
    return re.sub(regex, repl, value)

def list_flatten(value):
    if isinstance(value, list):
        return value[0] if value else None
    return value

def slugify(text):
    return re.sub(r"[^a-z0-9]+", "-", str(text).lower()).strip("-")

def ak_is_group_member(user, **filters):
    if user is None:
        return False
    for name in user.groups:
        matches = True
        for key, wanted in filters.items():
            if key == "name":
                matches = matches and name == wanted
            elif key == "name__iexact":
                matches = matches and name.lower() == str(wanted).lower()
            elif key == "name__in":
                matches = matches and name in wanted
            elif key == "name__startswith":
                matches = matches and name.startswith(wanted)
            elif key == "name__contains":
                matches = matches and wanted in name
            else:
                raise ValueError(f"ak_is_group_member does not know the filter {key!r}")
        if matches:
            return True
    return False

def ak_user_by(**filters):
    return _user(_host_user_by(filters))

def ak_user_has_authenticator(user, device_type=None):
    return user is not None and _host_has_authenticator(user.pk, device_type)

def ak_create_event(action, **values):
    _host_create_event(str(action), {key: str(value) for key, value in values.items()})

def phone_parse(text, region=None):
    return _host_phone_parse(str(text), region)

def resolve_dns(host, ip_version=None):
    return _host_resolve_dns(str(host), ip_version)

def reverse_dns(ip):
    return _host_reverse_dns(str(ip))

def ip_address(text):
    return _fill(IPAddress(), _host_ip_address(str(text)))

def ip_network(text, strict=True):
    return _fill(IPNetwork(), _host_ip_network(str(text), strict))

def _missing(name):
    raise RuntimeError(name + " does not exist in Watchword's expressions: they reach neither network nor e-mail.")

def ak_send_email(*args, **values):
    _missing("ak_send_email")

def ak_create_jwt(*args, **values):
    _missing("ak_create_jwt")

def ak_create_jwt_raw(*args, **values):
    _missing("ak_create_jwt_raw")

class _Requests:
    def get(self, *args, **values):
        _missing("requests")
    def post(self, *args, **values):
        _missing("requests")
    def put(self, *args, **values):
        _missing("requests")
    def patch(self, *args, **values):
        _missing("requests")
    def delete(self, *args, **values):
        _missing("requests")
    def head(self, *args, **values):
        _missing("requests")
    def request(self, *args, **values):
        _missing("requests")

requests = _Requests()
"""

POLICY = """
_messages = []

def ak_message(text):
    _messages.append(str(text))

def _opened(context):
    if "flow_plan" in context:
        context["flow_plan"] = _fill(FlowPlan(), {"context": context["flow_plan"]})
    return context

context = _opened(_given["context"])
request.context = context
request.user = _user(_given["user"])
request.debug = _given["debug"]
request.http_request = _http_request(_given["http_request"])
ak_is_sso_flow = bool(context.get("is_sso", False))
if _given["http_request"] is not None:
    http_request = request.http_request
if _given["client_ip"] is not None:
    ak_client_ip = _fill(IPAddress(), _given["client_ip"])

def ak_call_policy(name, **values):
    merged = {key: value for key, value in context.items() if key != "flow_plan"}
    for key, value in values.items():
        merged[key] = value
    return _fill(PolicyResult(), _host_call_policy(name, merged))

def _finish(value):
    return {
        "value": value,
        "messages": _messages,
        "logs": _logs,
        "prompt_data": _given["context"].get("prompt_data"),
        # None where the expression never named its context, and so cannot have changed it.
        "plan_context": getattr(_given["context"].get("flow_plan"), "context", None),
    }
"""

GROUP = """
group = None if _given["group"] is None else _fill(_View(), _given["group"])
"""

MAPPING = """
user = _user(_given["user"])
stage = _fill(Stage(), _given["stage"])
device = Device()
device.phone_number = _given["device"]["phone_number"]
device.name = _given["device"]["name"]
device.user = user
device.stage = stage
token = _given["token"]
http_request = _http_request(_given["http_request"])
request.user = user
request.http_request = http_request
request.debug = False
request.context = {"device": device, "token": token, "stage": stage}

def _finish(value):
    return {"value": value, "logs": _logs}
"""

PROMPT = """
user = _user(_given["user"])
prompt_context = _given["prompt_context"]
http_request = _http_request(_given["http_request"])
request.user = user
request.http_request = http_request
request.debug = False
request.context = {"prompt_data": prompt_context}

def _finish(value):
    return {"value": value, "logs": _logs}
"""

FOR_POLICIES = Prelude(VIEWS + HELPERS + POLICY)
FOR_MAPPINGS = Prelude(VIEWS + HELPERS + MAPPING)
FOR_MAPPINGS_TRIED_OUT = Prelude(VIEWS + HELPERS + MAPPING + GROUP)
FOR_PROMPTS = Prelude(VIEWS + HELPERS + PROMPT)
