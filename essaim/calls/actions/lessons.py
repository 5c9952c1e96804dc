"""Who is named among laureates; what did not work, and the mention « droit à l’erreur »."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.calls import after_rules, notifications_after
from essaim.calls.models import Application, Credit, Lesson
from essaim.common.errors import DomainError
from essaim.common.personal_data import find_personal_data
from essaim.contributions.actions.proposals import save_proposal
from essaim.contributions.models import Proposal
from essaim.initiatives.models import Initiative, Publication
from essaim.initiatives.sections import SECTIONS, digest, read_section

from .support import lock_application


@transaction.atomic
def choose_credit(application: Application, *, by: Any, is_named: bool) -> Credit:
    """Whether a person is named among laureates; they may change their mind at any time."""
    application = lock_application(application.pk)
    if not after_rules.can_choose_credit(by, application):
        raise DomainError(_("Qui a candidaté en son nom choisit d’être nommé ou non."))
    made, _new = Credit.objects.update_or_create(
        application=application, defaults={"is_named": is_named, "by": by}
    )
    return made


@transaction.atomic
def tell_lesson(
    application: Application,
    *,
    by: Any,
    tried: str,
    failed: str,
    advice: str = "",
    is_public: bool = False,
) -> Lesson:
    """What did not work, told by who tried; the text may change, and be taken back from public
    view, at any time. A text that changes loses its mention: it was given to the other one."""
    application = lock_application(application.pk)
    if not after_rules.can_tell_lesson(by, application):
        raise DomainError(_("Ceci se raconte après les résultats, par qui a candidaté."))
    for name, text in (("tried", tried), ("failed", failed)):
        if not text.strip():
            raise DomainError(_("Dites-le en quelques mots."), field=name)
    if is_public:
        for name, text in (("tried", tried), ("failed", failed), ("advice", advice)):
            if find_personal_data(text):
                raise DomainError(
                    _("Pour être montré à tous, retirez les adresses et numéros de personnes."),
                    field=name,
                )
    known = Lesson.objects.select_for_update().filter(application=application).first()
    lesson = known or Lesson(application=application)
    texts = (tried.strip(), failed.strip(), advice.strip())
    if known is not None and texts != (known.tried, known.failed, known.advice):
        lesson.mentioned_at, lesson.mentioned_by = None, None
    lesson.tried, lesson.failed, lesson.advice = texts
    lesson.is_public, lesson.by = is_public, by
    lesson.save()
    if known is None:
        notifications_after.lesson_told(lesson, by=by)
    return lesson


@transaction.atomic
def mention(application: Application, *, by: Any, is_given: bool = True) -> Lesson:
    """« Droit à l’erreur »: given by those who run the call; shown only where its author agreed."""
    application = lock_application(application.pk)
    if not after_rules.can_plan(by, application):
        raise DomainError(
            _("Vous avez un lien avec cette candidature, ou ne conduisez plus l’appel.")
        )
    lesson = Lesson.objects.select_for_update().filter(application=application).first()
    if lesson is None:
        raise DomainError(_("Personne n’a encore raconté ce qui n’a pas marché."))
    if bool(lesson.mentioned_at) == is_given:
        return lesson
    lesson.mentioned_at = timezone.now() if is_given else None
    lesson.mentioned_by = by if is_given else None
    lesson.save(update_fields=["mentioned_at", "mentioned_by"])
    if is_given:
        notifications_after.mentioned(lesson, by=by)
    return lesson


@transaction.atomic
def propose_lesson(application: Application, *, by: Any) -> Proposal:
    """Propose to the card what did not work, once for each text; who writes the card decides."""
    application = lock_application(application.pk)
    if not after_rules.can_tell_lesson(by, application):
        raise DomainError(_("Ceci se raconte après les résultats, par qui a candidaté."))
    lesson = Lesson.objects.filter(application=application).first()
    if lesson is None or not lesson.is_public:
        raise DomainError(
            _("Acceptez d’abord que ce texte soit montré à tous : une fiche est publique.")
        )
    card: Initiative | None = application.initiative or application.adopts
    if card is None or card.publication != Publication.PUBLISHED:
        raise DomainError(_("Cette candidature n’a pas de fiche publiée."))
    key = uuid.uuid5(application.submission, f"lesson:{lesson.tried}|{lesson.failed}")
    known = Proposal.objects.filter(submission=key, card=card).first()
    if known is not None:
        return known
    section = SECTIONS["preuves"]
    content = read_section(card, section)
    told = f"{lesson.tried}\n\n{lesson.failed}"
    if lesson.advice:
        told += f"\n\n{lesson.advice}"
    member = (
        application.organisation_id
        and by.memberships.filter(organisation=application.organisation_id).exists()
    )
    return save_proposal(
        card, section.slug,
        {**content, "what_failed": f"{content['what_failed']}\n\n{told}".strip()},
        by=by, key=key, seen=digest(content),
        reason=_("Droit à l’erreur : %(call)s") % {"call": application.call.title},
        organisation=application.organisation if member else None, kind=Proposal.Kind.FAILURE,
    )  # fmt: skip
