"""French is the language of the sources: no other catalogue may change what we wrote, but for the
spaces that keep its signs with their words."""

from __future__ import annotations

from django.utils import translation

from essaim.common import catalogues
from essaim.common.typography import french


def test_no_package_translates_our_french_into_other_french() -> None:
    """Packages' French catalogues know English words that are also ours ("Usage")."""
    changed = {}
    with translation.override("fr"):
        for app in catalogues.apps():
            for message in catalogues.source_catalog(app):
                if not message.id:
                    continue
                text = message.id if isinstance(message.id, str) else message.id[0]
                if translation.gettext(text) != french(text) and not message.context:
                    changed[app, text] = translation.gettext(text)
    assert not changed, "choose another word"
