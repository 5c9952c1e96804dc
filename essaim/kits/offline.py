"""The pages of the archive: contents, the card, licences and credits. They need no network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from essaim.common.privacy import mask_html, mask_personal
from essaim.initiatives import presentation
from essaim.initiatives.levels import LEVELS
from essaim.initiatives.models import Initiative
from essaim.kits.kit import Item

STYLE = Path(__file__).parent / "offline.css"
_SUM = re.compile(r"^  SHA-256 : [0-9a-f]{64}$")
_OUR_LINK = re.compile(r'(<a\b[^>]*\bhref=")/(?!/)', re.IGNORECASE)


def pages(card: Initiative, items: list[Item]) -> Iterator[tuple[str, str]]:
    """Name in the archive and text. The card as a visitor reads it: addresses masked.

    Links stay links: nothing is ever fetched from them.
    """
    context = {
        "card": card,
        "title": mask_personal(card.title),
        "summary": mask_personal(card.summary),
        "items": items,
        "links": card.materials.all(),
        "address": f"{settings.PUBLIC_URL}{card.get_absolute_url()}",
        "site": settings.SITE,
        "made_on": timezone.localdate(),
    }
    yield "index.html", _ours(mask_html(render_to_string("kits/offline/index.html", context)))
    yield (
        "fiche.html",
        _ours(render_to_string("kits/offline/card.html", context | {"body": _card_body(card)})),
    )
    yield "style.css", STYLE.read_text()
    credits = render_to_string("kits/offline/licences.txt", context)
    yield _("LICENCES-ET-CREDITS.txt"), "\n".join(map(_masked, credits.split("\n")))


def _masked(line: str) -> str:
    """A sum may hold ten digits that a telephone number would have."""
    return line if _SUM.match(line) else mask_personal(line)


def _card_body(card: Initiative) -> SafeString:
    body = render_to_string(
        "initiatives/_card.html",
        {
            "card": card,
            "panels": [],
            "grid": presentation.economic_grid(card.economics.all()),
            "proofs": presentation.proofs(card),
            "levels": LEVELS,
            "can_edit": False,
            "masked": True,
        },
    )
    return mask_html(SafeString(body))


def _ours(html: str) -> str:
    """Addresses of this site in full, since the page is read elsewhere."""
    return _OUR_LINK.sub(rf"\g<1>{settings.PUBLIC_URL}/", html)
