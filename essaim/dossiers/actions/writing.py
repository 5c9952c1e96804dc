"""Starting a file and saving its blocks."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.dossiers import targets
from essaim.dossiers.blocks import GRANT, block_of, blocks_of
from essaim.dossiers.models import Answer, Application
from essaim.dossiers.prefill import prefilled
from essaim.initiatives.models import Initiative
from essaim.people.models import Organisation
from essaim.people.rules import is_member

from .common import lock, move, require_signer, require_writable, require_writer


class EditConflict(DomainError):
    """Someone saved this block since the form was opened; ``answer`` is what stands now."""

    def __init__(self, answer: Answer):
        super().__init__(_("Quelqu’un d’autre a enregistré ce bloc depuis."))
        self.answer = answer


@transaction.atomic
def start(
    applies_to: str,
    *,
    by: Any,
    organisation: Organisation,
    initiative: Initiative,
    known: dict[str, dict[str, Any]] | None = None,
    form: str = GRANT,
) -> Application:
    """The one file of this organisation for this object, filled in with what is known; the same
    one where it was started already. ``known``: what the object says, by block."""
    if not is_member(by, organisation):
        raise DomainError(
            _("Le dossier est celui de %(organisation)s : un de ses membres le commence.")
            % {"organisation": organisation.name}
        )
    # Two members at once: the second one finds the first one's.
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    living = Application.objects.filter(applies_to=applies_to, organisation=organisation)
    if (there := living.exclude(state="withdrawn").first()) is not None:
        return there
    found = targets.of(applies_to)
    if found is None or not found[0].is_open(found[1]):
        raise DomainError(_("Aucun dossier n’est attendu ici."))
    made = Application.objects.create(
        applies_to=applies_to, organisation=organisation, initiative=initiative, form=form,
        created_by=by,
    )  # fmt: skip
    filled = prefilled(organisation, initiative)
    for slug, content in (known or {}).items():
        filled[slug] = {**filled.get(slug, {}), **content}
    Answer.objects.bulk_create(
        Answer(application=made, block=block.slug, content=filled.get(block.slug, {}), by=by)
        for block in blocks_of(form)
    )
    return made


@transaction.atomic
def save_block(
    application: Application, slug: str, content: dict[str, Any], *, by: Any, version: int,
    checked: bool = True,
) -> Answer:  # fmt: skip
    """``version``: the one the form was opened on. ``content`` is what a form has cleaned;
    ``checked``: whether a person says it is read, which a saving by itself does not."""
    application = lock(application)
    require_writer(by, application)
    require_writable(application)
    if block_of(application.form, slug) is None:
        raise DomainError(_("Ce bloc n’est pas de ce formulaire."))
    answer, _made = Answer.objects.select_for_update().get_or_create(
        application=application, block=slug, defaults={"by": by}
    )
    if answer.content == content and (answer.is_checked or not checked):
        return answer  # twice the same, or by two people: nothing to say
    if answer.content != content and answer.version != version:
        raise EditConflict(answer)
    answer.is_checked = answer.is_checked or checked
    answer.content, answer.by = content, by
    answer.version += 1
    answer.save(update_fields=["content", "by", "version", "is_checked", "at"])
    return answer


@transaction.atomic
def amend(application: Application, *, by: Any) -> Application:
    """Open the next version; readers keep the submitted one until then."""
    application = lock(application)
    require_writer(by, application)
    move(application, "amend")
    return application


@transaction.atomic
def give_up_amending(application: Application, *, by: Any) -> Application:
    """Blocks and documents come back to what was submitted."""
    application = lock(application)
    require_writer(by, application)
    move(application, "give_up_amending")
    last = application.versions.select_related("persons").get(number=application.last_number)
    kept = getattr(last, "persons", None)
    frozen = {**last.content["blocks"], **(kept.content if kept else {})}
    for answer in Answer.objects.select_for_update().filter(application=application):
        if answer.block in frozen and answer.content != frozen[answer.block]:
            answer.content, answer.by = frozen[answer.block], by
            answer.version += 1
            answer.save(update_fields=["content", "by", "version", "at"])
    joined = application.attachments
    joined.filter(shown_from=None).delete()
    joined.filter(left_at__gt=last.at).update(left_at=None)
    return application


@transaction.atomic
def withdraw(application: Application, *, by: Any) -> Application:
    """By who represents the organisation; submitted versions stay, as what was once asked."""
    application = lock(application)
    require_signer(by, application.organisation)
    application.withdrawn_at = timezone.now()
    move(application, "withdraw", columns=("withdrawn_at",))
    return application
