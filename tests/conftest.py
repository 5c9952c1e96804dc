"""The tests' database: made by its owner, used through the application's role."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.test import TransactionTestCase
from django.test.utils import setup_databases, teardown_databases
from hypothesis import HealthCheck, find
from hypothesis import settings as generation
from hypothesis import strategies as st
from xdist.scheduler import LoadScopeScheduling

from essaim.search import wordlists
from tests.common.servers import Server

OWNER_KEYS = ("USER", "PASSWORD", "OPTIONS")


def _connect_as(role: str) -> None:
    """Let the `default` connection speak with that entry's credentials."""
    default = connections["default"]
    default.close()
    # A copy: the settings themselves must go on telling the two roles apart.
    default.settings_dict = {**default.settings_dict, **_credentials[role]}


_credentials: dict[str, dict[str, Any]] = {}

# A clock on the wall tells how busy the machine is, not what the code does.
generation.register_profile("essaim", deadline=None)
generation.load_profile("essaim")


@pytest.fixture(scope="session", autouse=True)
def tables_of_characters(request: pytest.FixtureRequest) -> None:
    """Built by the first text drawn in a process, which takes seconds on a busy machine: outside
    of any test, whose own generation stays under its check of slowness."""
    if any(item.get_closest_marker("hypothesis") for item in request.session.items):
        first = st.text() | st.binary() | st.decimals() | st.dictionaries(st.text(), st.floats())
        anyway = generation(database=None, suppress_health_check=list(HealthCheck))
        find(first, lambda drawn: True, settings=anyway)


def pytest_configure(config: pytest.Config) -> None:
    # Hashed names need a collected folder; tests serve the files as they are.
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


# Journeys go to two processes, each of which starts the product once; tests that share the whole
# reference of territories to one, in their order. The rest spreads over all processes.
JOURNEYS, SECOND_HALF = "tests/browser/", "tests/browser/test_i"
TOGETHER = "tests/territories/"


class Together(LoadScopeScheduling):
    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(JOURNEYS):
            return SECOND_HALF if nodeid >= SECOND_HALF else JOURNEYS
        return TOGETHER if nodeid.startswith(TOGETHER) else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together:
    return Together(config, log)


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: Any,
    django_db_keepdb: bool, django_db_createdb: bool,
) -> Iterator[None]:  # fmt: skip
    """Create and migrate as the owner, then hand `default` back to ``essaim_app``.

    ``--reuse-db`` keeps the database for the next run, ``--create-db`` makes it anew.

    A test that forgets who it is would otherwise prove nothing about what the database refuses.
    """
    for alias in ("default", "owner"):
        entry = settings.DATABASES[alias]
        _credentials[alias] = {key: entry[key] for key in OWNER_KEYS}
    with django_db_blocker.unblock():
        _connect_as("owner")
        config = setup_databases(
            verbosity=0, interactive=False, aliases={"default"},
            keepdb=django_db_keepdb and not django_db_createdb,
        )  # fmt: skip
        connections["owner"].close()
        name = connections["default"].settings_dict["NAME"]
        connections["owner"].settings_dict = {**connections["owner"].settings_dict, "NAME": name}
        _connect_as("default")
    yield
    with django_db_blocker.unblock():
        connections["owner"].close()
        _connect_as("owner")
        teardown_databases(config, verbosity=0, keepdb=django_db_keepdb)


@pytest.fixture(scope="session", autouse=True)
def flush_as_owner() -> Iterator[None]:
    """Tests with several connections empty all tables at their end, which only the owner may."""
    original = TransactionTestCase._fixture_teardown

    def teardown(self: TransactionTestCase) -> None:
        _connect_as("owner")
        try:
            original(self)
            # Emptied tables have no transaction to tell of.
            wordlists.forget()
        finally:
            _connect_as("default")

    TransactionTestCase._fixture_teardown = teardown  # type: ignore[method-assign]
    yield
    TransactionTestCase._fixture_teardown = original  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Any, settings: Any) -> None:
    """Uploads and mail of a test go to its own folder."""
    settings.MEDIA_ROOT = tmp_path / "uploads"
    settings.MAIL_FOLDER = tmp_path / "mail"


@pytest.fixture
def server() -> Iterator[Server]:
    """A site to ask, on this machine."""
    made = Server()
    yield made
    made.http.shutdown()
    made.http.server_close()


@pytest.fixture
def listed(settings: Any, server: Server) -> Server:
    """The same, as the operator lists it among the private places that may be asked."""
    settings.OUTBOUND = settings.OUTBOUND | {"private": [f"127.0.0.1:{server.port}"]}
    return server
