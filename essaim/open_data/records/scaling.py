"""The model, strategies, diagnoses and training of a card, as all may read them. Reasons and names
are left to the pages: they were written for those who work on it."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils import timezone

from essaim.dialogues.models import Module, Session
from essaim.initiatives.models import Initiative
from essaim.initiatives.sections import PART_LISTS
from essaim.modelling.models import SheetLine
from essaim.scaling import matrix
from essaim.scaling.model_sheets import place_of, suggested
from essaim.scaling.models import Diagnosis, Strategy
from essaim.scaling.questions import KEYS

from .common import api, day, masked, number, site

Topic = SheetLine.Topic
# What the three cells of a line say, by its topic.
TOPICS = {
    "indicators": (Topic.INDICATOR, "measured_by", "start"),
    "roles": (Topic.ROLE, "does", "training"),
    "stages": (Topic.STAGE, "led_by", "when"),
}


def with_model(cards: QuerySet[Initiative]) -> QuerySet[Initiative]:
    """With what ``model`` reads; four queries whatever their number."""
    return cards.select_related("model_sheet").prefetch_related(
        "components", "model_sheet__lines", "workshops"
    )


def model(card: Any) -> dict[str, Any]:
    """Expects ``with_model``."""
    sheet = getattr(card, "model_sheet", None)
    lines = list(sheet.lines.all()) if sheet else []
    # The latest; where one is open, it is that one.
    workshop = next(iter(card.workshops.all()), None)
    fields = PART_LISTS["components"].fields
    told = {
        "components": [
            {name: getattr(each, name) for name in fields} for each in card.components.all()
        ],
        "prerequisites": list(card.prerequisites),
        "contraindications": sheet.contraindications if sheet else "",
    }
    for name, (topic, second, third) in TOPICS.items():
        # Here, since « stages » is elsewhere a list of codes, which ``masked`` leaves as it is.
        told[name] = [
            masked({"name": line.name, second: line.detail, third: line.more})
            for line in lines
            if line.topic == topic
        ]
    told["legal_basis"] = sheet.legal_basis if sheet else ""
    told["personal_data"] = sheet.personal_data if sheet else ""
    return {
        "initiative": card.external_id,
        **masked(told),
        "workshop": workshop.state if workshop else None,
        "workshop_at": day(workshop.opened_at) if workshop else None,
        "updated_at": day(sheet.at) if sheet else None,
        "url": site(reverse("modelling:model", args=[card.slug])),
        "api_url": api(f"initiatives/{card.slug}/model"),
    }


def strategy(each: Strategy) -> dict[str, Any]:
    """Expects its card."""
    return {
        "id": each.pk,
        "initiative": each.initiative.external_id,
        "objectives": matrix.known(each.objectives),
        "model": each.model,
        "subtype": each.subtype,
        "purity": each.purity,
        "control": each.control,
        "place": place_of(each.purity, each.control),
        "suggested_mode": suggested(each.purity, each.control).value,
        "mode": each.mode,
        "created_on": _on(each.created_at),
        "chosen_on": _on(each.chosen_at),
        "url": site(each.get_absolute_url()),
    }


def diagnosis(each: Diagnosis) -> dict[str, Any]:
    """Expects ``for_detail()``, concluded. What is missing is told where the answer is no, as on
    its page."""
    given = {answer.question: answer for answer in each.answers.all()}
    return {
        "id": each.pk,
        "initiative": each.initiative.external_id,
        "track": each.track,
        "ready": each.ready,
        "concluded_on": _on(each.concluded_at),
        "answers": [
            {
                "question": key,
                "yes": given[key].answer,
                "proposed": given[key].proposed,
                "facts": masked(given[key].facts),
                "missing": [] if given[key].answer else masked(given[key].missing),
            }
            for key in KEYS
            if key in given
        ],
        "url": site(each.get_absolute_url()),
    }


def with_sessions(modules: QuerySet[Module]) -> QuerySet[Module]:
    """With what ``module`` reads; two queries whatever their number."""
    sessions = Session.objects.select_related("organisation", "territory")
    return modules.select_related("initiative", "material").prefetch_related(
        Prefetch("sessions", sessions)
    )


def module(each: Module) -> dict[str, Any]:
    """Expects ``with_sessions``."""
    material = each.material
    return {
        "id": each.pk,
        "initiative": each.initiative.external_id,
        "title": masked(each.title),
        "hours": number(each.hours),
        "audience": masked(each.audience),
        "link": masked(each.link, "url"),
        "material": material.pk if material and material.removed_at is None else None,
        "sessions": [_session(session) for session in each.sessions.all()],  # type: ignore[attr-defined]
        "url": site(reverse("dialogues:training", args=[each.initiative.slug])),
    }


def _session(each: Session) -> dict[str, Any]:
    to_come = each.cancelled_on is None and not each.is_past
    return {
        "setting": each.setting,
        "starts_on": day(each.starts_on),
        "ends_on": day(each.ends_on),
        "organisation": masked(each.organisation.name),
        "organisation_siren": each.organisation.siren or None,
        "territory": each.territory.address if each.territory else None,
        "place": masked(each.place),
        # One enrols in what is to come.
        "link": masked(each.link, "url") if to_come else "",
        "cancelled_on": day(each.cancelled_on),
    }


def _on(at: Any) -> str | None:
    """Of an instant, the day that pages show."""
    return day(timezone.localtime(at).date()) if at else None
