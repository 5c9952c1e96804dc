"""Who gets in at each address of one's own account, for ``tests/test_permissions.py``."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession

from essaim.people.actions import archives

ALL = {"visitor", "member", "colleague", "owner", "manager", "administrator"}
SIGNED_IN = ALL - {"visitor"}
OWNER = {"owner"}
NOBODY: set[str] = set()

Arguments = Callable[[SimpleNamespace], list[Any]]


def nothing(world: SimpleNamespace) -> list[Any]:
    return []


def session(world: SimpleNamespace) -> list[Any]:
    """Ending somebody else's is answered as ending one that is over: nothing tells them apart."""
    return [
        UserSession.objects.create(
            user=world.owner, ip="192.0.2.1", session_key="k", user_agent="x"
        ).pk
    ]


def key(world: SimpleNamespace) -> list[Any]:
    """A key of the owner."""
    data = {"name": "Clé", "credential": {}}
    return [Authenticator.objects.create(user=world.owner, type="webauthn", data=data).pk]


def with_codes(world: SimpleNamespace) -> list[Any]:
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    RecoveryCodes.activate(world.owner)
    return []


def with_application(world: SimpleNamespace) -> list[Any]:
    from allauth.mfa.totp.internal.auth import TOTP

    TOTP.activate(world.owner, "JBSWY3DPEHPK3PXP")
    return []


def archive_of(user: Any) -> int:
    asked = archives.ask_for_archive(user)
    archives.make(asked.pk)
    return int(asked.pk)


ROWS: dict[str, tuple[set[str], Arguments]] = {
    # Without an identity provider named, these do not exist.
    "people:openid_login": (NOBODY, nothing),
    "people:openid_callback": (NOBODY, nothing),
    "people:openid_logout": (ALL, nothing),
    "people:openid_logged_out": (ALL, nothing),
    "people:openid_organisation": (SIGNED_IN, nothing),
    "people:sessions": (SIGNED_IN, nothing),
    "people:end_session": (SIGNED_IN, session),
    "people:end_other_sessions": (SIGNED_IN, nothing),
    "people:my_data": (SIGNED_IN, nothing),
    "people:take_data_away": (SIGNED_IN, nothing),
    "people:download_archive": ({"owner"}, lambda world: [archive_of(world.owner)]),
    "people:delete_account": (SIGNED_IN, nothing),
    "people:withdraw_consent": (SIGNED_IN, lambda world: ["mail"]),
    "people:terms": (ALL, nothing),
    # The sign-in package's own pages: each person's own account only.
    "socialaccount_login_cancelled": (ALL, nothing),
    "socialaccount_login_error": (ALL, nothing),
    "socialaccount_signup": (NOBODY, nothing),  # in the middle of a sign-up only
    "socialaccount_connections": (SIGNED_IN, nothing),
    "mfa_index": (SIGNED_IN, nothing),
    "mfa_authenticate": (SIGNED_IN, nothing),  # who is signed in already is led home
    "mfa_reauthenticate": (SIGNED_IN, nothing),
    "mfa_activate_totp": (SIGNED_IN, nothing),
    "mfa_deactivate_totp": (OWNER, with_application),
    "mfa_view_recovery_codes": (OWNER, with_codes),
    "mfa_generate_recovery_codes": (SIGNED_IN, nothing),
    "mfa_download_recovery_codes": (OWNER, with_codes),
    "mfa_list_webauthn": (SIGNED_IN, nothing),
    "mfa_add_webauthn": (SIGNED_IN, nothing),
    "mfa_reauthenticate_webauthn": (SIGNED_IN, nothing),
    # Ask everyone who they are first; whose key it is comes after (test_second_factor.py).
    "mfa_remove_webauthn": (SIGNED_IN, key),
    "mfa_edit_webauthn": (SIGNED_IN, key),
    "mfa_login_webauthn": (SIGNED_IN, nothing),
}
