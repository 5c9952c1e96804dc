"""The tests' database: made by its owner, used through the application's role."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.test import TransactionTestCase
from django.test.utils import setup_databases, teardown_databases
from xdist.scheduler import LoadScopeScheduling

from essaim.search import wordlists

OWNER_KEYS = ("USER", "PASSWORD", "OPTIONS")


def _connect_as(role: str) -> None:
    """Let the `default` connection speak with that entry's credentials."""
    default = connections["default"]
    default.close()
    # A copy: the settings themselves must go on telling the two roles apart.
    default.settings_dict = {**default.settings_dict, **_credentials[role]}


_credentials: dict[str, dict[str, Any]] = {}


def pytest_configure(config: pytest.Config) -> None:
    # Hashed names need a collected folder; tests serve the files as they are.
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


# All journeys in one process, which starts the product once; so are those that share the whole
# reference of territories, in their order. The rest spreads over all processes.
TOGETHER = ("tests/browser/", "tests/territories/")


class Together(LoadScopeScheduling):
    def _split_scope(self, nodeid: str) -> str:
        return next((folder for folder in TOGETHER if nodeid.startswith(folder)), nodeid)


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
