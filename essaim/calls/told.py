"""Who is told, for a call, of what comes to those who run it."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from essaim.people.models import User

from .models import Application, Call, Officer


def run_by(call: Call, about: Application | None = None, but: Collection[int] = ()) -> list[User]:
    """Officers; where there are none, the manager who made the call, else every manager. Never one
    who has a link with what it is about: where none of them may act (``but``: who took part in what
    is contested), every manager who may."""
    named = Officer.objects.filter(call=call).values("user")
    managers = User.objects.managers().order_by("pk")
    people = list(User.objects.filter(pk__in=named, is_active=True).order_by("pk"))
    people = people or list(managers.filter(pk=call.created_by_id or 0)) or list(managers)
    if about is None:
        return people
    free = _free(people, about, but)
    return free or _free(managers, about, but) or _free(people, about, ())


def _free(people: Iterable[User], about: Application, but: Collection[int]) -> list[User]:
    return [
        person
        for person in people
        if person.pk not in but
        and not Application.objects.linked_to(person).filter(pk=about.pk).exists()
    ]
