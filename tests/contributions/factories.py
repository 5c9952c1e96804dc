"""What people bring to a card, valid by default: a published card, an author who is a member."""

from __future__ import annotations

import uuid
from typing import Any

import factory
from django.utils import timezone

from essaim.contributions.actions.proposals import save_proposal
from essaim.contributions.models import (
    Answer,
    Interest,
    Kind,
    ModerationCase,
    Proposal,
    Question,
    Report,
)
from essaim.following.models import Notification
from essaim.initiatives.models import CoEditor, Initiative
from essaim.initiatives.sections import SECTIONS, digest, read_section
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import UserFactory


def propose(card: Initiative, slug: str = "besoin", **changes: Any) -> Proposal:
    """A proposal sent through its action: ``propose(card, need="…", by=user)``."""
    options = {
        name: changes.pop(name)
        for name in ("by", "key", "reason", "organisation", "kind", "answer", "send", "seen")
        if name in changes
    }
    current = read_section(Initiative.objects.get(pk=card.pk), SECTIONS[slug])
    given = {
        "by": None,
        "key": uuid.uuid4(),
        "seen": digest(current),
        "reason": "Vécu chez nous.",
    } | options
    given["by"] = given["by"] or UserFactory()
    return save_proposal(card, slug, {**current, **changes}, **given)


def told(user: Any) -> list[tuple[str, bool]]:
    """What a person was told, oldest first: (verb, whether it waits for them)."""
    found = Notification.objects.filter(user=user).order_by("pk")
    return list(found.values_list("announcement__verb", "waits"))


class CoEditorFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CoEditor

    card = factory.SubFactory(InitiativeFactory)
    user = factory.SubFactory(UserFactory)


class ProposalFactory(factory.django.DjangoModelFactory):
    """A row as it is stored; ``propose`` goes through the action."""

    class Meta:
        model = Proposal

    card = factory.SubFactory(InitiativeFactory, published=True)
    author = factory.SubFactory(UserFactory)
    sent_by = factory.SelfAttribute("author")
    section = "preuves"
    base_version = 1
    seen = "x"
    before = factory.LazyFunction(lambda: {"what_failed": "", "checked_on": "", "evidence": []})
    content = factory.LazyFunction(
        lambda: {"what_failed": "Ouvrir le dimanche.", "checked_on": "", "evidence": []}
    )
    reason = "Vécu chez nous."
    state = Proposal.State.PROPOSED
    sent_at = factory.LazyFunction(timezone.now)

    class Params:
        draft = factory.Trait(state=Proposal.State.DRAFT, sent_at=None)
        accepted = factory.Trait(
            state=Proposal.State.ACCEPTED, decided_at=factory.LazyFunction(timezone.now)
        )


class QuestionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Question

    card = factory.SubFactory(InitiativeFactory, published=True)
    author = factory.SubFactory(UserFactory)
    text = "Combien d’agents faut-il ?"

    class Params:
        private = factory.Trait(is_private=True)


class AnswerFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Answer

    question = factory.SubFactory(QuestionFactory)
    author = factory.SubFactory(UserFactory)
    text = "Un mi-temps suffit."


class InterestFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Interest

    card = factory.SubFactory(InitiativeFactory, published=True)
    user = factory.SubFactory(UserFactory)
    message = "Notre commune voudrait essayer."


class CaseFactory(factory.django.DjangoModelFactory):
    """A reported question."""

    class Meta:
        model = ModerationCase

    class Params:
        question = factory.SubFactory(QuestionFactory)
        hidden = factory.Trait(
            state=ModerationCase.State.HIDDEN,
            decided_at=factory.LazyFunction(timezone.now),
            decided_by=factory.SubFactory(UserFactory, manager=True),
            reason_code="hateful",
            reason="Injure.",
        )

    kind = Kind.QUESTION
    target = factory.SelfAttribute("question.pk")
    card = factory.SelfAttribute("question.card")
    subject_author = factory.SelfAttribute("question.author")


class ReportFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Report

    case = factory.SubFactory(CaseFactory)
    by = factory.SubFactory(UserFactory)
    reason_code = "hateful"
