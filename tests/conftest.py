"""Fixtures for every test. The environment itself is set in tests/environment.py."""

import gc
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from asgiref.sync import sync_to_async
from channels.layers import channel_layers
from channels.routing import get_default_application
from django.conf import settings
from django.core.cache import cache
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.test import Client, override_settings
from django.utils import translation

from accounts import background
from accounts.units.index import forget_units
from contest.draw_plans import forget_draw_plans
from leaderboard.stores import forget_stores
from questionbank.neighbours import forget_neighbours
from questionbank.wordings import forget_wordings
from tests.browser import WatchedBrowser, chromium
from tests.environment import on_postgresql
from tests.live import (
    LiveSite,
    SiteTemplate,
    live_site as serve_live_site,
    site_template as make_site_template,
)
from tests.sockets import Socket

BROWSER_TESTS = Path(__file__).parent / "e2e"
PICTURES = Path(__file__).parent.parent / "var" / "e2e"
FAILED = pytest.StashKey[bool]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--write-access-table",
        action="store_true",
        help="write docs/access.md as tests/test_access.py finds it, then compare",
    )


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    for item in items:
        if BROWSER_TESTS in item.path.parents:
            item.add_marker("e2e")
            if {"db", "transactional_db"} & set(getattr(item, "fixturenames", ())):
                raise pytest.UsageError(
                    f"{item.nodeid}: a browser test cannot use the ORM of this process; "
                    "use live_site.manage(...)"
                )
        if item.get_closest_marker("postgres") and not on_postgresql():
            item.add_marker(pytest.mark.skip(reason="needs DATABASE_URL of a PostgreSQL server"))
    yield
    # last, in whatever order the others are: Playwright leaves an event loop running in the
    # thread, and no ORM call would succeed after it
    items.sort(key=lambda item: item.get_closest_marker("e2e") is not None)


def pytest_collection_finish() -> None:
    """Thousands of tests stay until the end: no collection of garbage need walk over them."""
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


# In this process --------------------------------------------------------------------------------


@pytest.fixture(scope="session", autouse=True)
def _settings_for_tests() -> Iterator[None]:
    with override_settings(
        # templates render without collectstatic; the browser tests run on the real, hashed files
        STORAGES={
            **settings.STORAGES,
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
        # Argon2 is slow on purpose; its own test asks for it by name
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    ):
        yield


@pytest.fixture(autouse=True)
def _nothing_left_over() -> None:
    """Start in Vietnamese, with an empty cache, board and channel layer (here or in Redis)."""
    translation.deactivate()  # a request leaves its language behind in the thread
    cache.clear()  # on Redis this flushes the database, and with it the boards
    forget_stores()
    forget_wordings()
    forget_neighbours()
    forget_units()
    forget_draw_plans()
    channel_layers.backends.clear()


@pytest.fixture
def migrate(transactional_db):
    """Take the database to migrations: `apps = migrate(("contest", "0003_…"))`, with the models as
    they are there. Afterwards every migration is applied again."""

    def migrated(*targets):
        executor = MigrationExecutor(connection)
        executor.migrate(list(targets))
        return executor.loader.project_state(list(targets)).apps

    yield migrated
    migrated(*MigrationExecutor(connection).loader.graph.leaf_nodes())


@pytest.fixture
def at_once(monkeypatch):
    """Work of `accounts.background` is done by whoever begins it, in this connection, as soon as
    the callbacks of the transaction run."""

    class AtOnce:
        def __init__(self, *, target, **_how):
            self.start = target

    monkeypatch.setattr(background.threading, "Thread", AtOnce)
    monkeypatch.setattr(background.connections, "close_all", lambda: None)


@pytest.fixture
async def open_socket():
    """Open a WebSocket to the site: `socket = await open_socket(address, user=None)`.

    Gives a connected tests.sockets.Socket, unless `connect=False`. The server works in threads
    with connections of their own, so such a test is marked `django_db(transaction=True)`.
    Afterwards every socket is disconnected and those connections are closed: PostgreSQL could
    not drop the test database otherwise.
    """
    opened: list[Socket] = []

    async def open_one(address, *, user=None, connect=True):
        headers = [(b"host", b"testserver"), (b"origin", b"http://testserver")]
        if user is not None:
            headers.append((b"cookie", await sync_to_async(_session_cookie)(user)))
        socket = Socket(get_default_application(), address, headers)
        opened.append(socket)
        if connect:
            await socket.connect()
        return socket

    yield open_one
    for socket in opened:
        await socket.disconnect()
    await sync_to_async(connections.close_all)()


def _session_cookie(user) -> bytes:
    client = Client()
    client.force_login(user)
    return f"{settings.SESSION_COOKIE_NAME}={client.session.session_key}".encode()


# In the browser ---------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def site_template() -> Iterator[SiteTemplate]:
    with make_site_template() as template:
        yield template


@pytest.fixture(scope="session")
def live_site(site_template: SiteTemplate) -> Iterator[LiveSite]:
    """The whole site on a real server, with the sample contest; see tests/live.py."""
    with serve_live_site(site_template) as site:
        yield site


@pytest.fixture(scope="session")
def live_server_url(live_site: LiveSite) -> str:
    return live_site.url


@pytest.fixture(scope="session")
def _chromium():
    with chromium() as browser:
        yield browser


@pytest.fixture
def browser(_chromium, live_site: LiveSite, request: pytest.FixtureRequest):
    """Chromium, for further people and devices; fails the test on any error in any page."""
    watched = WatchedBrowser(_chromium)
    yield watched
    errors = watched.unexpected_errors()
    if errors or request.node.stash.get(FAILED, False):
        stem = re.sub(r"\W+", "-", request.node.name)
        for picture in watched.take_pictures(PICTURES, stem):
            print(f"picture: {picture}")
        print(f"the server's last words:\n{live_site.log_tail()}")
    watched.close()
    assert not errors, "\n".join(["the browser reported:", *errors])


@pytest.fixture
def page(browser: WatchedBrowser, live_site: LiveSite):
    """A visitor's page on a phone of 360 x 740; `page.goto("/")` is the live site's start."""
    return browser.new_page(base_url=live_site.url)
