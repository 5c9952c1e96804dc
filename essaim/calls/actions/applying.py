"""Beginning an application: what is known already is filled in, and read again."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.calls import rules
from essaim.calls.cards import card_of
from essaim.calls.models import Answer, Application, ApplicationState, Call, State
from essaim.calls.prefill import prefilled
from essaim.calls.reading import form_numbered, form_of
from essaim.common.errors import DomainError
from essaim.common.once import made_by_form, used_elsewhere
from essaim.initiatives.models import Initiative
from essaim.people.models import Organisation, User
from essaim.people.rules import is_member
from essaim.territories.models import Territory

from .reading import applicant_withdrew
from .shared import hold, lock, move, require_signer, require_writable, require_writer
from .writing import initiative_changed


@transaction.atomic
def start(
    call: Call,
    *,
    by: Any,
    submission: uuid.UUID,
    title: str,
    organisation: Organisation | None = None,
    initiative: Initiative | None = None,
    adopts: Initiative | None = None,
    territory: Territory | None = None,
) -> Application:
    """In the name of an organisation, or of oneself. Where one application is allowed, two
    members at once begin the same one; where several are, the same form twice is one."""
    # The applicant first: two members wait for each other here.
    if organisation is not None:
        Organisation.objects.select_for_update().get(pk=organisation.pk)
    else:
        User.objects.select_for_update(no_key=True).get(pk=by.pk)
    known = made_by_form(Application.objects, submission, call=call, organisation=organisation)
    if known is not None:
        if not rules.can_write(by, known):
            raise used_elsewhere()
        return known
    call = hold(call)
    if organisation is not None and not is_member(by, organisation):
        raise DomainError(
            _("La candidature est celle de %(organisation)s : un de ses membres la commence.")
            % {"organisation": organisation.name}, field="organisation",
        )  # fmt: skip
    living = Application.objects.filter(call=call).exclude(state=ApplicationState.WITHDRAWN)
    mine = living.filter(organisation=organisation, **({} if organisation else {"person": by}))
    if call.most_for_one == 1 and (first := mine.order_by("pk").first()):
        return first
    refuse_too_many(call, organisation, None if organisation else by)
    require_taking(call)
    if why := rules.why_not_apply(by, call, organisation):
        raise DomainError(why, field="organisation")
    _check_cards(call, by, initiative, adopts)
    made = Application.objects.create(
        submission=submission, call=call, organisation=organisation,
        person=None if organisation else by, by_person=organisation is None,
        title=" ".join(title.split())[:200], initiative=initiative, adopts=adopts,
        territory=territory or (organisation.territory if organisation else None),
        form_number=call.form_number, created_by=by,
    )  # fmt: skip
    form = form_numbered(call, call.form_number)
    filled = prefilled(made, form)
    Answer.objects.bulk_create(
        Answer(application=made, block=block.slug, content=filled.get(block.slug, {}), by=by)
        for block in form
    )
    return made


def refuse_too_many(
    call: Call, organisation: Organisation | None, person: Any, *, submitted: bool = False
) -> None:
    """As many as the call takes of one applicant are begun (``submitted``: are submitted) already,
    in this wave, or in all of them where the call says so. Withdrawn ones leave their place."""
    theirs = Application.objects.filter(organisation=organisation, person=person)
    theirs = theirs.exclude(state=ApplicationState.WITHDRAWN)
    all_waves = call.series_id is not None and call.most_in_all_waves
    theirs = theirs.filter(call__series=call.series_id) if all_waves else theirs.filter(call=call)
    if submitted:
        theirs = theirs.filter(last_number__gt=0)
    if theirs.count() < call.most_for_one:
        return
    if all_waves:
        words = ngettext(
            "Cet appel prend une candidature d’un même candidat, toutes vagues ensemble : la"
            " vôtre y est déjà.",
            "Cet appel prend %(n)s candidatures au plus d’un même candidat, toutes vagues"
            " ensemble : les vôtres y sont déjà.",
            call.most_for_one,
        )
    else:
        words = ngettext(
            "Cet appel prend une candidature d’un même candidat : reprenez la vôtre.",
            "Cet appel prend %(n)s candidatures au plus d’un même candidat : reprenez l’une des"
            " vôtres.",
            call.most_for_one,
        )
    raise DomainError(words % {"n": call.most_for_one})


def require_taking(call: Call) -> None:
    now = timezone.now()
    if call.opens_at and now < call.opens_at and call.state in (State.ANNOUNCED, State.OPEN):
        raise DomainError(_("Cet appel n’est pas encore ouvert."))
    if not call.is_taking or call.is_template:
        raise DomainError(_("Cet appel ne prend plus de candidature."))


def _check_cards(
    call: Call, by: Any, initiative: Initiative | None, adopts: Initiative | None
) -> None:
    if adopts is not None and not call.initiatives.filter(pk=adopts.pk).exists():
        raise DomainError(
            _("Choisissez une des initiatives que cet appel essaime."), field="adopts"
        )
    if (
        initiative is not None
        and not Initiative.objects.visible_to(by).filter(pk=initiative.pk).exists()
    ):
        raise DomainError(_("Cette fiche n’est pas accessible."), field="initiative")


@transaction.atomic
def save_essentials(
    application: Application,
    *,
    by: Any,
    title: str,
    initiative: Initiative | None = None,
    adopts: Initiative | None = None,
    territory: Territory | None = None,
) -> Application:
    """What the application is about; another initiative leaves what was written, but the choice of
    components of the one before."""
    application = lock(application)
    require_writer(by, application)
    require_writable(application)
    if initiative is not None and initiative.pk == application.initiative_id:
        _check_cards(application.call, by, None, adopts)
    else:
        _check_cards(application.call, by, initiative, adopts)
    before = application.adopts or card_of(application)
    application.title = " ".join(title.split())[:200]
    application.initiative, application.adopts = initiative, adopts
    application.territory = territory
    application.save(update_fields=["title", "initiative", "adopts", "territory"])
    if (adopts or card_of(application)) != before:
        initiative_changed(application, form_of(application), by=by)
    return application


@transaction.atomic
def withdraw(application: Application, *, by: Any) -> Application:
    """By the applicant, before the decision; submitted versions stay, as what was once asked."""
    from essaim.calls import notifications_applying as notifications

    application = lock(application)
    require_signer(by, application)
    had_been_submitted = application.last_number > 0
    application.withdrawn_at = timezone.now()
    move(application, "withdraw", columns=("withdrawn_at",))
    applicant_withdrew(application, by=by)
    if had_been_submitted:
        notifications.withdrawn(application, by=by)
    return application
