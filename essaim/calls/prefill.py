"""What is known already: the organisation, its card, what it answered before. Nothing is asked
twice; nothing filled in here counts as answered until someone of its side has read it again."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from essaim.common.text import without_marks
from essaim.dossiers import blocks
from essaim.dossiers import prefill as files
from essaim.dossiers.blocks import Block
from essaim.initiatives.models import Component, Initiative

from .models import Answer, Application

# Their content is of one application: a date, what it costs, whom it names.
_NOT_AGAIN = {
    blocks.FILE, blocks.COSTS, blocks.MONEY, blocks.DATE, blocks.YEAR, blocks.INITIATIVE,
    blocks.COMPONENTS, blocks.CHOICE, blocks.CHECKS,
}  # fmt: skip


def prefilled(application: Application, form: tuple[Block, ...]) -> dict[str, dict[str, Any]]:
    """Content by block: what the application says of itself (its territory), then what this
    applicant answered to the same question of an earlier call or file, then what the card says."""
    # What a site takes up is described by its holder; the need is to be said by the site.
    organisation, card = application.organisation, application.initiative
    known: dict[str, Any] = {}
    if card is not None:
        known |= _texts(files.card_known(card)) | _model_of(card)
    if organisation is not None:
        known |= _texts(files.organisation_known(organisation))
    before = _said_before(application)
    found: dict[str, dict[str, Any]] = {}
    for block in form:
        content: dict[str, Any] = {}
        for each in block.fields:
            values = [_of_kind(application, each.kind)]
            if each.kind not in _NOT_AGAIN:
                values += [before.get((block.slug, each.name)), known.get(each.name)]
            for value in values:
                if _fits(each.kind, value):
                    cut = each.longest if isinstance(value, str) else None
                    content[each.name] = value[:cut] if cut else value
                    break
        found[block.slug] = content
    return found


def _model_of(card: Initiative) -> dict[str, str]:
    """What the card says of its model, under the names that the usual blocks of a call ask it by
    (``form_defaults``): what is done, what failed, what is kept, what may change."""

    def told(kind: str) -> str:
        rows = [each for each in card.components.all() if each.kind == kind]
        lines = [(each.name, each.why or ", ".join(each.variants.splitlines())) for each in rows]
        return "\n".join(f"{name} : {more}" if more else name for name, more in lines)

    return {
        "what": without_marks(card.description or card.summary, bullets=True),
        "failed": without_marks(card.what_failed, bullets=True),
        "core": told(Component.Kind.CORE),
        "margin": told(Component.Kind.MARGIN),
    }


def _texts(content: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in content.items() if isinstance(value, str | int)}


def _fits(kind: str, value: Any) -> bool:
    if value in (None, "", []):
        return False
    if kind in (blocks.TERRITORY, blocks.ORGANISATION, blocks.INITIATIVE):
        return isinstance(value, dict)
    if kind in (blocks.NUMBER, blocks.YEAR):
        return isinstance(value, int)
    return isinstance(value, str)


def _of_kind(application: Application, kind: str) -> Any:
    """What the application itself says."""
    organisation, place, adopts = (
        application.organisation, application.territory, application.adopts
    )  # fmt: skip
    if kind == blocks.TERRITORY and place is not None:
        return {"key": place.address, "label": place.label}
    if kind == blocks.SIRET and organisation is not None:
        return organisation.siret
    if kind == blocks.INITIATIVE and adopts is not None:
        return {"slug": adopts.slug, "label": adopts.title}
    if kind == blocks.YEAR:
        return timezone.localdate().year + 1
    return None


def _said_before(application: Application) -> dict[tuple[str, str], Any]:
    """Read again by someone, in other applications of the same applicant; the latest first."""
    mine = Answer.objects.filter(is_checked=True).exclude(application=application)
    if application.organisation is not None:
        mine = mine.filter(application__organisation=application.organisation)
    else:
        mine = mine.filter(application__person=application.person)
    found: dict[tuple[str, str], Any] = {}
    for row in mine.order_by("-at", "-pk")[:200]:
        for name, value in row.content.items():
            found.setdefault((row.block, name), value)
    return found
