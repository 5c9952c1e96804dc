"""What the manager of a call typed is said to be French on every English page that shows it, and
our own words beside it are not."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse

from tests.calls.factories import CallFactory, officer
from tests.calls.factories_applying import Story, application, save, submit
from tests.english import read_in_english, texts, unmarked

pytestmark = pytest.mark.django_db

TITLE, WHY = "Le chantier proposé", "Pourquoi ce chantier est demandé."
LABELS = [
    "Décrivez le chantier", "Qui y travaillera", "Un seul mot", "Dans quelles communes",
    "Quel devis joindre", "Vos dépenses prévues",
]  # fmt: skip
HELP = ["Dix lignes suffisent largement.", "Un devis signé de préférence."]
CHOICES = ["Des habitants volontaires", "Des artisans locaux"]
FORM: list[dict[str, Any]] = [
    {
        "slug": "chantier", "title": TITLE, "why": WHY,
        "fields": [
            {"name": "what", "label": LABELS[0], "kind": "long", "longest": 3000, "help": HELP[0]},
            {
                "name": "who", "label": LABELS[1], "kind": "checks", "required": False,
                "choices": [["a", CHOICES[0]], ["b", CHOICES[1]]],
            },
            {"name": "word", "label": LABELS[2], "kind": "text", "required": False},
            {"name": "where", "label": LABELS[3], "kind": "territory", "required": False},
            {
                "name": "quote", "label": LABELS[4], "kind": "file", "required": False,
                "help": HELP[1],
            },
            {"name": "costs", "label": LABELS[5], "kind": "costs", "required": False},
        ],
    },
    {
        "slug": "essaimage", "title": "Essaimer plus loin", "why": "",
        "fields": [{"name": "next", "label": "Qui reprendra ensuite", "kind": "long"}],
    },
]  # fmt: skip
TYPED = [TITLE, WHY, *LABELS, *HELP, *CHOICES, "Essaimer plus loin", "Qui reprendra ensuite"]


@pytest.fixture
def stage() -> SimpleNamespace:
    story: Story = application(CallFactory(content=FORM))
    run = officer(story.call)
    save(story, "chantier", {"what": "Un mur en terre.", "who": ["a"]})
    save(story, "essaimage", {"next": ""})
    story.fresh()
    return SimpleNamespace(story=story, run=run)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("call", [TITLE, LABELS[0], LABELS[4]]),
        ("block", [TITLE, WHY, *LABELS, *HELP, *CHOICES, "Essaimer plus loin"]),
        ("application", [TITLE, "Qui reprendra ensuite"]),
        ("submit", ["Essaimer plus loin", "Qui reprendra ensuite"]),
        ("file", [LABELS[4], HELP[1]]),
        ("preview", [TITLE, WHY, *LABELS, *HELP, *CHOICES]),
        ("exports", [TITLE, LABELS[0], "Essaimer plus loin", "Qui reprendra ensuite"]),
    ],
)
def test_while_it_is_written(stage: SimpleNamespace, name: str, shown: list[str]) -> None:
    story, pk = stage.story, stage.story.application.pk
    who, address = {
        "call": (story.holder, story.call.get_absolute_url()),
        "block": (story.holder, reverse("calls:application_block", args=[pk, "chantier"])),
        "application": (story.holder, story.application.get_absolute_url()),
        "submit": (story.holder, reverse("calls:submit", args=[pk])),
        "file": (story.holder, reverse("calls:join_file", args=[pk, "chantier", "quote"])),
        "preview": (stage.run, reverse("calls:preview", args=[story.call.slug])),
        "exports": (stage.run, reverse("calls:exports", args=[story.call.slug])),
    }[name]
    page = read_in_english(address, who)
    assert [typed for typed in shown if typed not in page] == []
    assert unmarked(page, TYPED) == []


def test_once_submitted(stage: SimpleNamespace) -> None:
    story = stage.story
    save(story, "essaimage", {"next": "Les voisins."})
    story.fresh()
    submit(story)
    pk = story.application.pk
    for who, name in ((story.holder, "calls:version"), (stage.run, "calls:file")):
        args = [pk, 1] if name == "calls:version" else [story.call.slug, pk]
        page = read_in_english(reverse(name, args=args), who)
        assert LABELS[0] in page and TITLE in page
        assert unmarked(page, TYPED) == []
        assert texts(page) & {"not given", "not filled in", "not stated"}


def test_our_own_words_on_the_page_of_a_call_are_read_as_english(stage: SimpleNamespace) -> None:
    call = stage.story.call
    page = read_in_english(call.get_absolute_url(), stage.story.holder)
    assert "(optional)" in texts(page)
