"""Saving the blocks of an application; nothing that was typed is ever overwritten in silence."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from essaim.calls.cards import card_of
from essaim.calls.models import Answer, Application
from essaim.calls.reading import asked_cents, form_of
from essaim.common.errors import DomainError
from essaim.dossiers import blocks
from essaim.dossiers.blocks import Block

from .shared import lock, require_writable, require_writer


class EditConflict(DomainError):
    """Someone saved this block since the form was opened; ``answer`` is what stands now."""

    def __init__(self, answer: Answer):
        super().__init__(_("Quelqu’un d’autre a enregistré ce bloc depuis."))
        self.answer = answer


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
    form = form_of(application)
    block = next((each for each in form if each.slug == slug), None)
    if block is None:
        raise DomainError(_("Ce bloc n’est plus dans le formulaire ; votre texte y reste gardé."))
    answer, made = Answer.objects.select_for_update().get_or_create(
        application=application, block=slug, defaults={"by": by, "version": 0}
    )
    # What an older form asked stays, out of sight.
    content = {**answer.content, **content}
    if not made and answer.content == content and (answer.is_checked or not checked):
        return answer  # twice the same, or by two people: nothing to say
    if not made and answer.content != content and answer.version != version:
        raise EditConflict(answer)
    answer.is_checked = answer.is_checked or checked
    answer.content, answer.by = content, by
    answer.version += 1
    answer.save(update_fields=["content", "by", "version", "is_checked", "at"])
    if _follow(application, form, block, content):
        initiative_changed(application, form, by=by)
        answer.refresh_from_db()
    return answer


def _follow(
    application: Application, form: tuple[Block, ...], block: Block, content: dict[str, Any]
) -> bool:
    """What lists and ranks read of an application follows its answers. Returns whether another
    initiative is taken up since."""
    columns = []
    kinds = {each.kind for each in block.fields}
    if kinds & {blocks.COSTS, blocks.MONEY}:
        contents = {row.block: row.content for row in application.answers.all()}
        asked = asked_cents(form, {**contents, block.slug: content})
        if asked != application.requested_cents:
            application.requested_cents = asked
            columns.append("requested_cents")
    for each in block.fields:
        value = content.get(each.name)
        if each.kind != blocks.INITIATIVE or not isinstance(value, dict):
            continue
        card = application.call.initiatives.filter(slug=value.get("slug")).first()
        if card is not None and card.pk != application.adopts_id:
            application.adopts = card
            columns.append("adopts")
    if columns:
        application.save(update_fields=columns)
    return "adopts" in columns


def initiative_changed(application: Application, form: tuple[Block, ...], *, by: Any) -> None:
    """Another initiative is taken up: what was kept of the core of the one before says nothing of
    it. The question is asked again; every other answer stays."""
    adopts, card = application.adopts, application.adopts or card_of(application)
    cores = card.components.filter(kind="core") if card is not None else []
    core = {str(each.pk) for each in cores}
    for block in form:
        answer = Answer.objects.select_for_update().filter(
            application=application, block=block.slug
        ).first()  # fmt: skip
        if answer is None:
            continue
        content = dict(answer.content)
        for each in block.fields:
            known = content.get(each.name)
            if each.kind == blocks.COMPONENTS and known:
                content[each.name] = [row for row in known if str(row.get("key")) in core]
            elif each.kind == blocks.INITIATIVE and adopts is not None:
                content[each.name] = {"slug": adopts.slug, "label": adopts.title}
            elif each.kind == blocks.INITIATIVE:
                content.pop(each.name, None)
        if content != answer.content:
            answer.content, answer.by, answer.is_checked = content, by, False
            answer.version += 1
            answer.save(update_fields=["content", "by", "version", "is_checked", "at"])


@transaction.atomic
def accept_form(application: Application, *, by: Any, number: int) -> None:
    """The changes of the form up to ``number`` were read; what is new is asked from then on with
    the rest, what is no longer asked stays kept."""
    application = lock(application)
    require_writer(by, application)
    number = min(number, application.call.form_number)
    if number > application.form_number:
        application.form_number = number
        application.save(update_fields=["form_number"])
