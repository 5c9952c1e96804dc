"""Writing the model sheet, whole."""

from __future__ import annotations

from typing import Any

import pghistory
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.initiatives.actions.cards import lock_card
from essaim.initiatives.models import Initiative, Publication
from essaim.modelling.models import ModelSheet, SheetLine

LINES_AT_MOST = 60
TEXTS = ("legal_basis", "personal_data", "contraindications")


@transaction.atomic
def save_sheet(
    card: Initiative,
    *,
    texts: dict[str, str],
    lines: list[dict[str, str]],
    version: int,
    by: Any,
) -> ModelSheet:
    """``lines``: {topic, name, detail, more} in order. Raises DomainError when someone saved
    since the form was opened; nothing is written then."""
    card = lock_card(card)
    if card.publication == Publication.ARCHIVED:
        raise DomainError(_("Cette fiche est archivée : elle ne se modifie plus."))
    if len(lines) > LINES_AT_MOST:
        raise DomainError(_("Trop de lignes : %(n)s au plus.") % {"n": LINES_AT_MOST})
    sheet = ModelSheet.objects.filter(initiative=card).first()
    if (sheet.version if sheet else 0) != version:
        raise DomainError(
            _(
                "Quelqu’un a enregistré cette page pendant que vous l’écriviez. Rien n’a été "
                "écrasé : rouvrez-la dans un autre onglet, comparez, puis enregistrez."
            )
        )
    with pghistory.context(user=by.pk, action="save_sheet"):
        sheet = sheet or ModelSheet(initiative=card, version=0)
        for name in TEXTS:
            setattr(sheet, name, texts.get(name, "").strip())
        sheet.version, sheet.by, sheet.at = sheet.version + 1, by, timezone.now()
        sheet.save()
        _write_lines(sheet, lines)
    return sheet


def _write_lines(sheet: ModelSheet, lines: list[dict[str, str]]) -> None:
    """The rows that stay as they were are not written again: history shows what changed."""
    known = list(sheet.lines.all())
    wanted = [
        SheetLine(
            sheet=sheet, topic=line["topic"], position=position, name=line["name"].strip(),
            detail=line["detail"].strip(), more=line["more"].strip(),
        )
        for position, line in enumerate(lines)
    ]  # fmt: skip
    new = []
    for row in wanted:
        same = next(
            (k for k in known if all(
                getattr(k, f) == getattr(row, f)
                for f in ("topic", "position", "name", "detail", "more")
            )),
            None,
        )  # fmt: skip
        if same is None:
            new.append(row)
        else:
            known.remove(same)
    sheet.lines.filter(pk__in=[row.pk for row in known]).delete()
    SheetLine.objects.bulk_create(new)
