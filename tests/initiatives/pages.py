"""What a browser would send back from a page of ours, for tests that write cards."""

from __future__ import annotations

import html
import re
from typing import Any

from django.urls import reverse

from essaim.initiatives.models import Initiative


def attribute(tag: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return html.unescape(found[1]) if found else ""


def fields_of(response: Any) -> dict[str, Any]:
    """What a browser would send back from the page's form, as it stands."""
    page = response.content.decode()
    form = page[page.index("<form", page.index("data-keep") - 200) :]
    form = re.sub(r"<template.*?</template>", "", form[: form.index("</form>")], flags=re.DOTALL)
    data: dict[str, Any] = {}
    for match in re.finditer(
        r"<input\b[^>]*>|<textarea\b[^>]*>.*?</textarea>|<select\b.*?</select>", form, re.DOTALL
    ):
        tag = match[0]
        name = attribute(tag.split(">")[0], "name")
        if tag.startswith("<textarea"):
            value: Any = html.unescape(tag[tag.index(">") + 1 : -len("</textarea>")]).lstrip("\n")
        elif tag.startswith("<select"):
            chosen = re.search(r'<option value="([^"]*)"[^>]*\bselected', tag)
            value = html.unescape(chosen[1]) if chosen else ""
        elif 'type="checkbox"' in tag:
            if " checked" in tag:
                data.setdefault(name, []).append(attribute(tag, "value") or "on")
            continue
        else:
            value = attribute(tag, "value")
        data[name] = value
    data.pop("csrfmiddlewaretoken", None)
    return data


def address(card: Initiative, section: str) -> str:
    return reverse("initiatives:edit_section", args=[card.slug, section])


def page(client: Any, card: Initiative, name: str = "detail") -> str:
    """One of the card's pages, which must be there."""
    response = client.get(reverse(f"initiatives:{name}", args=[card.slug]))
    assert response.status_code == 200
    return response.content.decode()
