"""How other rooms tell an initiative what they established."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from essaim.initiatives import derived
from essaim.initiatives.models import Evidence, Fact, Initiative
from essaim.initiatives.signals import card_saved


@transaction.atomic
def record_fact(
    initiative: Initiative,
    kind: str,
    source: str,
    value: dict[str, Any] | None,
    on: str = "",
    *,
    by: Any = None,
) -> None:
    """Establish, replace or withdraw (``value=None``) one fact, then derive phase and proof.

    ``source`` names what established it ("evaluation:7"); one fact for each kind and source.
    ``on`` is a partial date (year, month or day). Values by kind: evaluation_concluded
    ``{"kind": self|peer|independent|users|other, "level": 1–5 or None}``, and for an independent
    one ``"confirmed": True`` once confirmed and ``"about": origin|replication``; readiness
    ``{"ready": bool}``; strategy_chosen ``{"model": …, "mode": …}``; replication
    ``{"status": committed|preparing|live|sustained|stopped, "territory": "commune:…"}``; interest
    ``{"open": number of people or organisations interested now}``.
    """
    Initiative.objects.select_for_update().get(pk=initiative.pk)
    if value is None:
        Fact.objects.filter(initiative=initiative, kind=kind, source=source).delete()
    else:
        Fact.objects.update_or_create(
            initiative=initiative, kind=kind, source=source, defaults={"value": value, "on": on}
        )
    derived.refresh([initiative.pk], by=by)
    card_saved.send(sender=Initiative, initiatives=[initiative.pk])


def facts_from_evidence(initiatives: list[int]) -> None:
    """Make each evidence row of these cards a fact, and withdraw those whose row is gone.

    Bulk part of saving and importing: the caller holds the transaction, then refreshes the
    derived columns and sends ``card_saved``.
    """
    rows = {
        f"evidence:{row.pk}": row for row in Evidence.objects.filter(initiative__in=initiatives)
    }
    known = Fact.objects.filter(
        initiative__in=initiatives,
        kind=Fact.Kind.EVALUATION_CONCLUDED,
        source__startswith="evidence:",
    )
    stale, current = [], {}
    for fact in known:
        if fact.source in rows:
            current[fact.source] = fact
        else:
            stale.append(fact.pk)
    if stale:
        Fact.objects.filter(pk__in=stale).delete()
    new: list[Fact] = []
    changed: list[Fact] = []
    for source, row in rows.items():
        value = {"kind": row.kind, "level": row.level, "title": row.title}
        on = str(row.year) if row.year else ""
        known_fact = current.get(source)
        if known_fact is None:
            new.append(
                Fact(
                    initiative_id=row.initiative_id,
                    kind=Fact.Kind.EVALUATION_CONCLUDED,
                    source=source,
                    value=value,
                    on=on,
                )
            )
        elif (known_fact.value, known_fact.on) != (value, on):
            known_fact.value, known_fact.on = value, on
            changed.append(known_fact)
    Fact.objects.bulk_create(new, batch_size=1000)
    Fact.objects.bulk_update(changed, ["value", "on"], batch_size=500)
