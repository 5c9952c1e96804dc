"""The only writers of diagnoses."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.common.errors import DomainError
from essaim.initiatives.actions.facts import record_fact
from essaim.initiatives.models import Fact, Initiative, Track
from essaim.people.models import User
from essaim.scaling.models import Answer, Diagnosis, ProfileSheet
from essaim.scaling.proposals import Proposal
from essaim.scaling.questions import KEYS

# One fact a card: the latest diagnosis replaces the one before.
SOURCE = "scaling:diagnosis"


@transaction.atomic
def start(card: Initiative, *, by: User) -> Diagnosis:
    """A diagnosis to fill in; the one this person had left is taken up again."""
    Initiative.objects.select_for_update(no_key=True).get(pk=card.pk)
    draft, _created = Diagnosis.objects.get_or_create(
        initiative=card,
        author=by,
        concluded_at=None,
        defaults={"track": card.track or Track.SOCIAL},
    )
    return draft


@transaction.atomic
def answer(
    diagnosis: Diagnosis, question: str, *, yes: bool, proposal: Proposal, reason: str = ""
) -> Answer:
    """Keep one answer, with the facts it was given on. Answering again replaces it.

    Raises DomainError where an answer that the facts do not suggest has no reason.
    """
    _open(diagnosis)
    reason = reason.strip()
    if yes is not proposal.answer and not reason:
        raise DomainError(
            _(
                "Dites pourquoi : les faits connus proposent une autre réponse, ou n’en proposent pas."
            ),
            field="reason",
        )
    given, _created = Answer.objects.update_or_create(
        diagnosis=diagnosis,
        question=question,
        defaults={
            "answer": yes,
            "proposed": proposal.answer,
            "facts": proposal.facts,
            "missing": proposal.missing,
            "reason": reason,
        },
    )
    return given


@transaction.atomic
def conclude(diagnosis: Diagnosis, *, by: User) -> Diagnosis:
    """Six yes: ready. Concluded twice, it is concluded once. Side effect: the card's fact.

    Raises DomainError while an answer is missing.
    """
    card = Initiative.objects.select_for_update().get(pk=diagnosis.initiative_id)
    locked = Diagnosis.objects.select_for_update().get(pk=diagnosis.pk)
    if locked.concluded_at is not None:
        return locked
    given = dict(locked.answers.values_list("question", "answer"))
    left = [key for key in KEYS if key not in given]
    if left:
        raise DomainError(
            ngettext(
                "Il reste %(n)s question sans réponse.",
                "Il reste %(n)s questions sans réponse.",
                len(left),
            )
            % {"n": len(left)}
        )
    locked.concluded_at = timezone.now()
    locked.ready = all(given[key] for key in KEYS)
    locked.save(update_fields=["concluded_at", "ready"])
    record_fact(
        card,
        Fact.Kind.READINESS,
        SOURCE,
        {"ready": locked.ready, "diagnosis": locked.pk},
        timezone.localdate().isoformat(),
        by=by,
    )
    return locked


@transaction.atomic
def discard(diagnosis: Diagnosis) -> None:
    """Throw a draft away; a concluded diagnosis stays."""
    Diagnosis.objects.drafts().filter(pk=diagnosis.pk).delete()


@transaction.atomic
def forget_author(author: User) -> None:
    """The account goes: so do its drafts, its profile and its reasons; results stay, with no
    author."""
    ProfileSheet.objects.filter(author=author).delete()
    Diagnosis.objects.drafts().filter(author=author).delete()
    concluded = Diagnosis.objects.filter(author=author)
    with translation.override("fr"):
        Answer.objects.filter(diagnosis__in=concluded).exclude(reason="").update(
            reason=_("[motif effacé avec le compte]")
        )
    concluded.update(author=None)


def _open(diagnosis: Diagnosis) -> None:
    locked = Diagnosis.objects.select_for_update().filter(pk=diagnosis.pk).first()
    if locked is None:
        raise DomainError(_("Ce diagnostic a été abandonné : commencez-en un autre."))
    if locked.concluded_at is not None:
        raise DomainError(_("Ce diagnostic est déjà conclu : commencez-en un autre."))
