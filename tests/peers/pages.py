"""How tests ask for pages."""

from __future__ import annotations

import uuid

from django.test import Client


def signed_in(user):
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(client, address):
    answer = client.get(address)
    return answer.status_code, answer.content.decode()


def key():
    return uuid.uuid4()
