"""The addresses of the guided set-up."""

from watchword.web.pages.console.start import end, flow, gateway, message
from watchword.web.pages.console.start.state import URL

SHOWN = (
    (URL, end.begin),
    (gateway.HERE, gateway.show),
    (flow.HERE, flow.show),
    (message.HERE, message.show),
    (end.HERE, end.show),
)
TAKEN = (
    (gateway.HERE, gateway.save),
    (gateway.CHECK, gateway.check),
    (flow.HERE, flow.make),
    (message.HERE, message.send),
)
