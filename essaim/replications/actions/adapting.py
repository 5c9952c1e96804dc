"""The adaptation log, what of the core is delivered, and what goes back to the card."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.once import made_by_form
from essaim.contributions.actions.proposals import save_proposal
from essaim.contributions.models import Proposal
from essaim.initiatives.models import Component, Initiative
from essaim.initiatives.sections import SECTIONS, Content, digest, read_section
from essaim.replications import notifications
from essaim.replications.fidelity import lines_of
from essaim.replications.models import Adaptation, ComponentWeight, Delivery, Replication, Share

from .common import check_day, lock_card, locked


@transaction.atomic
def record_adaptation(
    replication: Replication,
    *,
    submission: uuid.UUID,
    what: str,
    on: dt.date,
    nature: str,
    decided_by: str,
    why: str,
    by: Any,
    component: int | None = None,
    component_name: str = "",
    effect: str = Adaptation.Effect.UNKNOWN,
    effect_note: str = "",
    red_line: str = "",
    share: int | None = None,
) -> Adaptation:
    """Add a line to the log; the same form twice adds one.

    ``component`` is a key of the sheet's: where it left the sheet since the form was opened, the
    line keeps ``component_name`` and nothing is lost. A red line crossed is told to the holder,
    and never refused. ``share``: how far that component is delivered from now on.
    """
    replication = locked(replication)
    known = made_by_form(Adaptation.objects, submission, replication=replication, by=by)
    if known is not None:
        return known
    check_day(on)
    found = None
    if component is not None:
        found = Component.objects.filter(pk=component, initiative=replication.initiative).first()
    if red_line and (found is None or red_line not in lines_of(found.red_lines)):
        red_line = ""
    adaptation = Adaptation.objects.create(
        submission=submission,
        replication=replication,
        component=found,
        component_name=found.name if found else " ".join(component_name.split())[:250],
        component_kind=found.kind if found else "",
        what=what.strip(),
        on=on,
        nature=nature,
        decided_by=" ".join(decided_by.split()),
        why=why.strip(),
        effect=effect,
        effect_note=effect_note.strip(),
        red_line=red_line,
        by=by,
    )
    if found is not None and share is not None:
        _deliver(replication, found, share, on)
    if red_line:
        notifications.crossed(replication, by=by)
    return adaptation


@transaction.atomic
def observe_effect(adaptation: Adaptation, *, effect: str, effect_note: str) -> Adaptation:
    """What was seen of it since."""
    adaptation = Adaptation.objects.select_for_update().get(pk=adaptation.pk)
    adaptation.effect, adaptation.effect_note = effect, effect_note.strip()
    adaptation.save(update_fields=["effect", "effect_note"])
    return adaptation


@transaction.atomic
def end_adaptation(adaptation: Adaptation, *, on: dt.date) -> Adaptation:
    """The site came back to what the sheet says; the line stays in the log."""
    adaptation = Adaptation.objects.select_for_update().get(pk=adaptation.pk)
    if adaptation.ended_on is None:
        check_day(on, after=adaptation.on)
        adaptation.ended_on = on
        adaptation.save(update_fields=["ended_on"])
    return adaptation


@transaction.atomic
def state_deliveries(
    replication: Replication, shares: Mapping[int, int | None], *, on: dt.date | None = None
) -> None:
    """How far each core component is delivered: {component: 0, 50, 100 or None (not known)}.
    Components that left the sheet meanwhile are passed over."""
    replication = locked(replication)
    day = on or timezone.localdate()
    components = Component.objects.filter(initiative=replication.initiative, pk__in=shares)
    for component in components:
        share = shares[component.pk]
        if share is None:
            replication.deliveries.filter(component=component).delete()
        else:
            _deliver(replication, component, share, day)


def _deliver(replication: Replication, component: Component, share: int, on: dt.date) -> None:
    if share not in Share.values:
        raise DomainError(_("Choisissez : comme à l’origine, en partie, pas du tout."))
    Delivery.objects.update_or_create(
        replication=replication,
        component=component,
        defaults={"component_name": component.name, "share": share, "on": on},
    )


@transaction.atomic
def set_weights(card: Initiative, weights: Mapping[int, int]) -> None:
    """How much each core component counts in fidelity: {component: 1–10}."""
    lock_card(card.pk)
    for component in Component.objects.filter(initiative=card, pk__in=weights):
        weight = weights[component.pk]
        if not 1 <= weight <= 10:
            raise DomainError(_("Un poids va de 1 à 10."))
        ComponentWeight.objects.update_or_create(component=component, defaults={"weight": weight})


# --- back to the card -----------------------------------------------------------------------
@transaction.atomic
def propose_variant(adaptation: Adaptation, *, by: Any) -> Proposal:
    """Propose the adaptation to the card as a permitted variant, once; the holder decides.

    On a component that left the sheet, or on none, a new margin component is proposed.
    """
    adaptation = Adaptation.objects.select_for_update(of=("self",)).get(pk=adaptation.pk)
    if adaptation.proposal is not None:
        return adaptation.proposal
    replication = adaptation.replication
    content = read_section(replication.initiative, SECTIONS["composantes"])
    proposal = save_proposal(
        replication.initiative,
        "composantes",
        _with_variant(content, adaptation),
        by=by,
        key=adaptation.submission,
        seen=digest(content),
        reason=_("%(site)s : %(why)s") % {"site": replication.title, "why": adaptation.why},
        organisation=_organisation_of(replication, by),
        kind=Proposal.Kind.VARIANT,
    )
    adaptation.proposal = proposal
    adaptation.save(update_fields=["proposal"])
    return proposal


def _with_variant(content: Content, adaptation: Adaptation) -> Content:
    variant = " ".join(adaptation.what.split())
    rows = [dict(row) for row in content["components"]]
    for row in rows:
        if row["id"] == adaptation.component_id:
            row["variants"] = f"{row['variants']}\n{variant}".strip()
            return {**content, "components": rows}
    name = adaptation.component_name or variant[:250]
    rows.append(
        {
            "name": name, "kind": Component.Kind.MARGIN, "why": "", "variants": variant,
            "red_lines": "",
        }
    )  # fmt: skip
    return {**content, "components": rows}


@transaction.atomic
def propose_lesson(replication: Replication, *, by: Any) -> Proposal:
    """Propose to the card what a stopped replication taught, once."""
    replication = locked(replication)
    if not replication.stop_lesson:
        raise DomainError(_("Une leçon s’écrit quand une reprise s’arrête."))
    key = uuid.uuid5(replication.submission, "lesson")
    known = Proposal.objects.filter(submission=key, card=replication.initiative_id).first()
    if known is not None:
        return known
    section = SECTIONS["preuves"]
    content = read_section(replication.initiative, section)
    told = _("%(site)s : %(lesson)s") % {
        "site": replication.title, "lesson": replication.stop_lesson,
    }  # fmt: skip
    return save_proposal(
        replication.initiative,
        section.slug,
        {**content, "what_failed": f"{content['what_failed']}\n\n{told}".strip()},
        by=by,
        key=key,
        seen=digest(content),
        reason=replication.stop_reason,
        organisation=_organisation_of(replication, by),
        kind=Proposal.Kind.FAILURE,
    )


def _organisation_of(replication: Replication, by: Any) -> Any:
    """The adopter, where it is one of the person's: they bring it in its name."""
    member = replication.adopter.memberships.filter(user=by).exists()
    return replication.adopter if member else None
