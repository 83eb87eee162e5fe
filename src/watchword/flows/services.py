"""What the engine works with: assembled once at start, handed to every run."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from watchword.clock import Clock, system_clock
from watchword.codes import generate
from watchword.expressions.mappings import MappingEngine
from watchword.expressions.policies import PolicyEngine
from watchword.expressions.prompts import PromptEngine
from watchword.flows.background import Background
from watchword.flows.configuration import Configuration
from watchword.gateways.sender import Sender
from watchword.keyring import Keyring
from watchword.metrics import Metrics
from watchword.pacing import Pace
from watchword.settings import Settings
from watchword.storage.database import Database
from watchword.traces import NO_TRACES, Traces


def new_token() -> str:
    """A session's token: 256 random bits, URL-safe."""
    return secrets.token_urlsafe(32)


@dataclass(frozen=True, kw_only=True)
class Services:
    settings: Settings
    database: Database
    keyring: Keyring
    configuration: Configuration
    sender: Sender
    policies: PolicyEngine
    mappings: MappingEngine
    prompts: PromptEngine
    clock: Clock = system_clock
    new_code: Callable[[int], str] = generate
    new_token: Callable[[], str] = new_token
    background: Background = field(default_factory=Background)
    metrics: Metrics = field(default_factory=Metrics)
    traces: Traces = NO_TRACES
    pace: Pace = field(default_factory=Pace)
