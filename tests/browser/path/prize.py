"""A prize: a call is prepared and opened, applied to, read, decided and announced."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from . import cast, proof
from .card import go_on

PRIZE = "Prix des équipes de secours qui essaient (fictif)"


def prepared(tale: Any) -> None:
    tale.menu("manager", "Appels et subventions", "Appels")
    tale.follow("Préparer un appel")
    tale.fill(title=PRIZE, kind="prize", organiser=cast.AGENCY)
    tale.press("Commencer")
    tale.fill(summary="Ce que des équipes ont essayé et que d’autres peuvent reprendre (fictif).")
    tale.page.get_by_label("Texte", exact=True).first.fill("Parce que ce qui marche se reprend.")
    tale.press("Enregistrer")
    tale.follow_to("/preparation/calendrier")
    now = dt.datetime.now()
    tale.fill(
        opens_at=f"{now + dt.timedelta(days=1):%Y-%m-%dT%H:%M}",
        closes_at=f"{now + dt.timedelta(days=30):%Y-%m-%dT%H:%M}",
        laureates_number="1",
    )
    tale.press("Enregistrer")
    tale.follow_to("/preparation/contact")
    tale.fill(contact_email="prix@recit.example")
    tale.press("Enregistrer")
    tale.reads("Rien ne manque")
    tale.press("Annoncer")
    tale.reads("L’appel est annoncé")


def opened(tale: Any) -> None:
    """Before its hour, by hand."""
    tale.as_("manager")
    tale.press("Ouvrir maintenant")
    tale.reads("L’appel est ouvert")


def begun(tale: Any) -> None:
    """The agent finds it among the calls, and applies with the card."""
    tale.menu("agent", "Appels et subventions", "Appels")
    tale.follow(PRIZE)
    tale.follow(re.compile("Candidater"))
    page = tale.page
    page.select_option("main [name=organisation]", label=cast.RESCUE)
    tale.fill(title="La garde au bip, partout où l’on répond au bip (fictif)")
    if page.locator("main select[name=initiative]").count():
        page.select_option("main select[name=initiative]", label="La garde au bip (fictif)")
    tale.press("Commencer la candidature")


def written(tale: Any) -> None:
    """What the card says is there already: it is read again, and the rest is answered."""
    tale.as_("agent")
    tale.follow_to("/parties/idee")
    tale.fill(feasible="Dix-huit mille euros pour un centre, et une convention de garde.")
    go_on(tale)
    tale.fill(
        who="Tout centre de volontaires, avec son intercommunalité.",
        help="Le planning, une journée sur place, un appel par semaine.",
    )
    go_on(tale)
    go_on(tale)


def submitted(tale: Any) -> None:
    tale.waits_for("agent", "Finir et déposer la candidature")
    tale.follow("Relire et déposer")
    tale.press("Déposer")
    tale.reads("déposée")


def closed(tale: Any) -> None:
    """Before its hour, with a reason that all read; the application is found eligible."""
    tale.as_("manager")
    tale.follow(re.compile("^Clore$"))
    tale.fill(reason="Toutes les équipes ont déposé (fictif).")
    tale.press("Clore maintenant")
    tale.waits_for("manager", "recevable")
    tale.page.locator("main [name=application]").first.check(force=True)
    tale.fill(is_eligible="yes")
    tale.press("Décider de leur recevabilité")
    tale.reads("1 décision est prise")


READERS = {"users": "second_reader", "jury": "first_reader"}


def read(tale: Any) -> None:
    """By one college and the jury, each on their own criteria."""
    tale.as_("manager")
    tale.follow("Préparer la lecture")
    now = dt.datetime.now()
    for field, days in (("answer_by", 5), ("read_by", 20), ("discuss_by", 30)):
        tale.fill(**{field: f"{now + dt.timedelta(days=days):%Y-%m-%dT%H:%M}"})
    tale.fill(**{f"per_item_{kind}": "1" for kind in READERS})
    tale.send("[name=answer_by]")
    tale.press("Ouvrir les invitations")
    proof.convene(tale, READERS)
    for who in READERS.values():
        proof.read(tale, who)
    tale.waits_for("manager", "Ouvrir la discussion")
    tale.press("Ouvrir la discussion")


def decided(tale: Any) -> None:
    tale.as_("manager")
    tale.follow("Poursuivre dans l’appel")
    tale.press("Ouvrir la décision")
    tale.follow(re.compile("La garde au bip"))
    tale.page.get_by_label("lauréate", exact=True).check(force=True)
    tale.fill(reasons="Utile, faisable, et prête à être reprise ailleurs (fictif).")
    tale.press("Préparer cette décision")


def announced(tale: Any) -> None:
    """All decisions at one moment; the card bears the prize."""
    tale.as_("manager")
    tale.follow("Publier…")
    tale.press("Publier toutes les décisions")
    tale.reads("résultats sont publiés")
    tale.menu("visitor", "Appels et subventions", "Appels")
    tale.follow(PRIZE)
    tale.follow("Voir les lauréats")
    tale.reads("La garde au bip")
    tale.picture("results")
    tale.follow("La garde au bip (fictif)")
    tale.reads(PRIZE)
