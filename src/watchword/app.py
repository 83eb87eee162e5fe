"""Assembles everything: settings in, an ASGI application out."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from litestar import Litestar
from litestar.types import ControllerRouterHandler

from watchword import __version__
from watchword.clock import Clock, system_clock
from watchword.expressions.mappings import MappingEngine
from watchword.expressions.policies import PolicyEngine
from watchword.expressions.prompts import PromptEngine
from watchword.expressions.sandbox import Sandbox
from watchword.flows.background import Background
from watchword.flows.configuration import Configuration
from watchword.flows.executor import Executor
from watchword.flows.expression_host import EngineHost
from watchword.flows.housekeeping import Housekeeping
from watchword.flows.services import Services
from watchword.gateways.bounds import gateway_limits
from watchword.gateways.http_later import LaterClient
from watchword.gateways.sender import Sender
from watchword.metrics import Metrics
from watchword.pacing import Pace
from watchword.settings import Settings
from watchword.stages.authenticator_sms.gateway_events import GatewayEvents
from watchword.stages.catalogue import CATALOGUE
from watchword.storage.config import CHANGED
from watchword.storage.database import open_database
from watchword.storage.kept_keys import settle_keyring
from watchword.storage.listening import listening
from watchword.storage.measured import crowding, measured
from watchword.storage.sweep import Retention
from watchword.traces import NO_TRACES, Traces
from watchword.web.addresses import Proxies
from watchword.web.api.executor import OPERATIONS
from watchword.web.api.routes import routes
from watchword.web.areas import AREAS
from watchword.web.errors import answer_error
from watchword.web.headers import add_headers, note_begin
from watchword.web.metrics import metrics
from watchword.web.ops import live, ready
from watchword.web.pages.device import ask_removal, remove_device, rename_device, restore_device, show_device
from watchword.web.pages.first_start import make_administrator, show_start
from watchword.web.pages.flow import answer_flow, show_flow
from watchword.web.pages.handset import handset, handset_messages
from watchword.web.pages.my_sessions import end_sessions, my_sessions
from watchword.web.pages.static_files import static_files
from watchword.web.pages.user import my_devices, sign_out
from watchword.web.pages.ways import cancel, configure, default_flow, front_door, reauthenticate
from watchword.web.readiness import Readiness
from watchword.web.site import Site
from watchword.web.state import House, settle
from watchword.web.tracing import tracing


@dataclass(frozen=True, kw_only=True)
class Options:
    """What the command line adds to the settings, and what tests put in place of the world."""

    demo: bool = False
    clock: Clock = system_clock
    traces: Traces = NO_TRACES
    on_ready: Callable[[Services], None] | None = None


_PLAN = "plan"


def create_app(settings: Settings, options: Options | None = None) -> Litestar:
    """The database must be migrated; it, the sandbox and the HTTP client are opened when the application starts."""
    return furnish(bare_app(), settings, options or Options())


def furnish(app: Litestar, settings: Settings, options: Options) -> Litestar:
    """What it opens when it starts next; not while it runs."""
    app.state[_PLAN] = (settings, options)
    return app


def bare_app() -> Litestar:
    """No settings yet. What it learns of its areas it keeps, so tests furnish it again and again."""
    site = Site(
        areas=AREAS,
        direct=OPERATIONS,
        lifespan=[_lifespan],
        middleware=[tracing],
        before_request=note_begin,
        before_send=[add_headers],
        exception_handlers={Exception: answer_error},
        request_max_body_size=None,
        openapi_config=None,
        logging_config=None,
    )
    site.take(_handlers())
    return site


def _handlers() -> list[ControllerRouterHandler]:
    return [
        *routes(OPERATIONS),
        front_door,
        default_flow,
        cancel,
        configure,
        reauthenticate,
        show_start,
        make_administrator,
        show_flow,
        answer_flow,
        my_devices,
        show_device,
        rename_device,
        restore_device,
        ask_removal,
        remove_device,
        my_sessions,
        end_sessions,
        sign_out,
        handset,
        handset_messages,
        live,
        ready,
        metrics,
        static_files(),
    ]


@asynccontextmanager
async def _lifespan(app: Litestar) -> AsyncGenerator[None, None]:
    settings, options = app.state[_PLAN]
    async with AsyncExitStack() as stack:
        services = await _open(stack, settings, options)
        proxies = Proxies(settings.trusted_proxies, settings.public_url)
        readiness = Readiness(services.database, services.clock)
        executor = Executor(services)
        settle(
            app.state,
            House(services=services, executor=executor, proxies=proxies, readiness=readiness, demo=options.demo),
        )
        if options.on_ready:
            options.on_ready(services)
        yield


async def _open(stack: AsyncExitStack, settings: Settings, options: Options) -> Services:
    """Opens in order what closes in the reverse of it."""
    keyring, counted, traces = settings.make_keyring(), Metrics(), options.traces
    stack.push_async_callback(asyncio.to_thread, traces.close)
    opened = open_database(settings.database_url, pool=settings.database_pool, timeout=settings.database_timeout)
    pace = Pace(crowded=crowding(opened))
    database = measured(opened, counted.database, traces)
    stack.push_async_callback(database.close)
    counted.server.runs(__version__, database.dialect)
    await database.run(settle_keyring, keyring)
    sandbox = await stack.enter_async_context(
        Sandbox(timeout=settings.policy_timeout, memory_mib=settings.policy_memory, metrics=counted.expressions)
    )
    limits = gateway_limits(settings)
    http = LaterClient(timeout=limits.deadline)
    stack.push_async_callback(http.close)
    configuration = Configuration(database, CATALOGUE, keyring, listening(settings.database_url, CHANGED))
    await configuration.start()
    stack.push_async_callback(configuration.stop)
    retention = Retention(deliveries=settings.keep_deliveries, events=settings.keep_events)
    housekeeping = Housekeeping(database, options.clock, counted, retention)
    housekeeping.start()
    stack.push_async_callback(housekeeping.stop)
    if settings.blueprints_dir:
        # Only where there is a directory to watch: what applies blueprints is a tenth of all that a server imports.
        from watchword.administration.watched_blueprints import BlueprintWatcher, Means, WatchedBlueprints

        means = Means(database, keyring, options.clock, changed=configuration.refresh)
        watcher = BlueprintWatcher(WatchedBlueprints(settings.blueprints_dir, means))
        watcher.start()
        stack.push_async_callback(watcher.stop)
    following = asyncio.create_task(counted.followed.keep_up())
    stack.callback(following.cancel)
    background = Background(counted.server.background_refused)
    counted.server.watch_background(lambda: background.under_way)
    stack.push_async_callback(background.drain)
    host = EngineHost(database, options.clock)
    return Services(
        settings=settings,
        database=database,
        keyring=keyring,
        configuration=configuration,
        sender=Sender(
            http,
            demo=options.demo,
            limits=limits,
            metrics=counted.sends,
            traces=traces,
            pace=pace,
            observer=GatewayEvents(settings, database, configuration, background, options.clock),
        ),
        policies=PolicyEngine(sandbox, host, traces=traces),
        mappings=MappingEngine(sandbox, host),
        prompts=PromptEngine(sandbox, host),
        clock=options.clock,
        background=background,
        metrics=counted,
        traces=traces,
        pace=pace,
    )
