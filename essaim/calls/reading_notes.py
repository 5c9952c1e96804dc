"""What readers of an application should know that is not in what they read: who left it since it
was submitted, what its side answered while it is read. Their text does not change."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext as _

from essaim.common.privacy import mask_personal
from essaim.peers.content import without_names
from essaim.peers.runners import Note

from .models import Application, Completion, Partner
from .models.links import ITEM
from .reading_text import names_of

# Of partners: signed what was submitted, and left it since.
LEFT_SINCE = Q(
    state=Partner.State.LEFT, signed_at__isnull=False, left_at__gt=F("application__submitted_at")
)


def left_since(application: Application) -> set[int]:
    """The keys of those partners; from what is loaded."""
    since = application.submitted_at
    return {
        each.pk
        for each in application.partners.all()
        if each.state == Partner.State.LEFT and each.signed_at
        and since and each.left_at and each.left_at > since
    }  # fmt: skip


def notes_of(item: Any) -> list[Note]:
    """Of an item of a round; names are covered where readers do not know who applies. Two queries,
    but where there is something to say."""
    if not item.reference.startswith(ITEM):
        return []
    key = int(item.reference.removeprefix(ITEM))
    gone = list(Partner.objects.filter(LEFT_SINCE, application=key).select_related("organisation"))
    told = list(Completion.objects.filter(application=key).exclude(answer="").order_by("at"))
    names = _names(key) if item.round.applicants_hidden and told else []
    notes = [
        Note(
            _("Depuis le dépôt, un partenaire s’est retiré de cette candidature.")
            if item.round.applicants_hidden
            else _("Depuis le dépôt, un partenaire s’est retiré de cette candidature : %(name)s.")
            % {"name": each.organisation.name}
        )
        for each in gone
    ]
    for each in told:
        texts = (mask_personal(without_names(text, names)) for text in (each.asked, each.answer))
        notes.append(Note(_("Complément demandé depuis le dépôt, et sa réponse :"), tuple(texts)))
    return notes


def _names(key: int) -> list[str]:
    rows = Application.objects.select_related("organisation", "person", "created_by")
    found = rows.prefetch_related("partners__organisation", "editors__user").get(pk=key)
    # Those who left too: the answer may well name them.
    return names_of(found) + [each.organisation.name for each in found.partners.all()]
