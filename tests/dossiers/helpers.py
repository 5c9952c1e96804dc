"""What the tests of files share beside their stories."""

from __future__ import annotations

from typing import Any

from django.test import Client


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client
