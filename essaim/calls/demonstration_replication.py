"""Invented sites that apply to take up a proven initiative, through the same actions as anyone's:
one alone, two together, a draft; and a question with its answer."""

from __future__ import annotations

import uuid
from typing import Any

from essaim.calls.actions import applying, partners, questions, submitting, writing
from essaim.calls.demonstration_applications import Project, answers_of, applicant, represented
from essaim.calls.models import Application, Call, Partner
from essaim.initiatives.models import Initiative
from essaim.people.actions.accounts import create_account
from essaim.people.demonstration import PASSWORD
from essaim.people.models import User

NEIGHBOUR = ("second-site@essaim.example", "Dany Voisin (fictif)")
ALONE = Project(
    "Les Jardins du Val (fictif)", "Reprendre au Val ce qui marche ailleurs (fictif)", "38185",
    "Deux ateliers par semaine, dans les locaux de l’association, dès la rentrée.", 24_000,
)  # fmt: skip
TOGETHER = Project(
    "Atelier mobile des Deux Rives (fictif)", "Deux rives, une même reprise (fictif)", "69123",
    "Un premier site, puis le second six mois plus tard avec la même équipe.", 46_000,
)  # fmt: skip
FOLLOWER = Project(
    "Maison des Deux Rives (fictif)", "Second site des Deux Rives (fictif)", "59350", "", 0
)
BEGUN = Project(
    "Coup de pouce emploi (fictif)", "Un essai dans notre quartier (fictif)", "59350",
    "Une équipe de quatre bénévoles, et un local prêté.", 18_000,
)  # fmt: skip


def replicate(call: Call, officer: User) -> None:
    """While it is open."""
    cards = list(call.initiatives.order_by("title"))
    by = applicant()
    _submit(_written(call, by, ALONE, cards[0]), by)
    pair = _written(call, by, TOGETHER, cards[-1])
    _join(pair, by)
    _submit(pair, by)
    _begin(call, by, BEGUN, cards[0])
    asked = questions.ask(
        call, by=by, submission=uuid.uuid4(), private=False,
        text="Deux sites d’un même département peuvent-ils candidater ensemble ? (exemple inventé)",
    )  # fmt: skip
    questions.answer(
        asked,
        by=officer,
        private=False,
        text="Oui : l’un porte la candidature, l’autre signe comme site suiveur. (exemple inventé)",
    )


def _begin(call: Call, by: User, project: Project, card: Initiative) -> Application:
    organisation, place = represented(project, by)
    return applying.start(
        call, by=by, submission=uuid.uuid4(), title=project.title, organisation=organisation,
        territory=place, adopts=card,
    )  # fmt: skip


def _written(call: Call, by: User, project: Project, card: Initiative) -> Application:
    made = _begin(call, by, project, card)
    core = [
        {"key": str(row.pk), "label": row.name}
        for row in card.components.filter(kind="core").order_by("pk")
    ]
    answers: dict[str, dict[str, Any]] = answers_of(made.territory, project) | {
        "reprise": {
            "initiative": {"slug": card.slug, "label": card.title},
            "components": core,
            "adapted": "Les horaires et le lieu : nos publics viennent le soir (fictif).",
            "context": "Un bourg sans service équivalent, et une équipe déjà là (fictif).",
            "holder": "Une visite a eu lieu, une seconde est prévue (fictif).",
        }
    }
    for known in made.answers.order_by("pk"):
        writing.save_block(
            made, known.block, {**known.content, **answers[known.block]}, by=by,
            version=known.version,
        )  # fmt: skip
    return made


def _join(application: Application, by: User) -> None:
    """The second site signs by its own representative; its block is then read again."""
    known = User.objects.filter(email=NEIGHBOUR[0]).first()
    neighbour = known or create_account(email=NEIGHBOUR[0], name=NEIGHBOUR[1], password=PASSWORD)
    organisation, place = represented(FOLLOWER, neighbour)
    row = partners.invite_partner(
        application, organisation, by=by, submission=uuid.uuid4(), role=Partner.Role.FOLLOWER,
        territory=place, part="Ouvre six mois après, avec la même équipe (fictif).",
    )  # fmt: skip
    partners.sign(row, by=neighbour)


def _submit(application: Application, by: User) -> None:
    submitting.submit(
        Application.objects.for_detail().get(pk=application.pk), by=by, submission=uuid.uuid4()
    )
