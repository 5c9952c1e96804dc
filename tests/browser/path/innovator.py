"""An agent's idea, from direct entry to a success that becomes a card."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import re
import time
from typing import Any

from . import cast

TITLE = "La garde au bip (fictif)"
IDEA = (
    "Quand le bip sonne, un parent volontaire n’a que dix minutes. Des assistantes maternelles et"
    " des voisins d’astreinte accueillent aussitôt ses enfants, jour et nuit ; le service de"
    " secours tient le planning et paie la garde. Exemple inventé."
)
CHIEF = "chef@recit.example"


def entered(tale: Any) -> None:
    """Without permission, on condition of reporting; a manager names who may follow files."""
    tale.menu("manager", "Gestion")
    tale.follow(re.compile("^Parcours de l’innovateur"))
    tale.follow("Chargés de dossier")
    tale.fill(email=cast.address("officer"))
    tale.press("Ajouter")
    tale.menu("agent", "Se faire aider", "Parcours de l’innovateur")
    tale.follow(re.compile("Déposer|idée"))
    tale.fill(
        title=TITLE,
        summary=IDEA,
        unit="centre de secours des Hauts-Vallons",
        undertakes_to_report=True,
    )
    tale.press("Déposer")
    tale.follow("Dire que j’ai rendu compte")
    tale.fill(to="mon chef de centre")
    tale.press("Enregistrer")


def opened(tale: Any) -> None:
    """Each step is reached by what the page says comes next."""
    tale.waits_for("officer", "Prendre le dossier en charge")
    tale.press("Prendre ce dossier en charge")
    tale.follow("Consigner l’entretien")
    tale.fill(notes="Neuf parents volontaires sur dix ont renoncé à des nuits (fictif).")
    tale.press("Enregistrer")
    tale.follow("Ouvrir le dossier")
    tale.fill(
        relevant="yes",
        relevant_why="Le manque se répète dans chaque centre.",
        determined="yes",
        determined_why="Trois familles ont déjà essayé.",
    )
    tale.press("Ouvrir le dossier")
    tale.follow("Informer la hiérarchie")
    tale.fill(
        level="head_of_service",
        name="Alix Chef (fictif)",
        function="cheffe de service",
        email=CHIEF,
    )
    tale.press("Envoyer la demande")


def not_objected(tale: Any) -> None:
    """The head of service has no account: a personal link, confirmed by a code."""
    link = re.search(r"/parcours/avis/lien/[\w-]+", plain(tale.server.mails(CHIEF)[-1]))
    assert link
    tale.opens("chief", link.group())
    tale.press("Recevoir le code")
    for _half_second in range(120):  # the worker sends it
        said = " ".join(plain(each) for each in tale.server.mails(CHIEF))
        if code := re.search(r"\b\d{6}\b", said):
            break
        time.sleep(0.5)
    assert code
    tale.fill(code=code.group())
    tale.press("Continuer")
    tale.reads(TITLE)
    tale.fill(answer="no_objection")
    tale.press("Donner cet avis")
    tale.reads("enregistré")


def prototyped(tale: Any) -> None:
    """Supported, funded through a buyer; what began fourteen months ago is told with its day."""
    tale.waits_for("officer", "Décider du soutien|soutien")
    tale.follow("Décider du soutien")
    tale.fill(reason="Toute unité de volontaires peut le reprendre.")
    tale.press("Soutenir ce projet")
    tale.follow("Confier le budget")
    tale.fill(
        buyer_name="Dany Achats (fictif)",
        buyer_service="Service des achats (fictif)",
        buyer_email="achats@recit.example",
        reference="FICTIF-12",
    )
    tale.fill(**{"lines-0-label": "Gardes d’astreinte (fictif)", "lines-0-amount_cents": "18 000"})
    tale.press("Confier ce budget")
    tale.follow("Commencer le prototype")
    began = dt.date.today() - dt.timedelta(days=430)
    tale.fill(
        started_on=began.isoformat(), planned_end_on=(began + dt.timedelta(days=500)).isoformat()
    )
    tale.press("Commencer")
    tale.picture("file")


def succeeded(tale: Any) -> None:
    tale.as_("officer")
    tale.follow("Mettre fin au dossier")
    tale.fill(kind="succeeded", sure=True)
    tale.press("Mettre fin au dossier")
    tale.waits_for("agent", "Faire une fiche de votre réussite")
    tale.press("En faire une fiche")


def plain(raw: str) -> str:
    """The text of a message, its transfer encoding undone."""
    message = email.message_from_bytes(raw.strip().encode(), policy=email.policy.default)
    return str(message.get_content())
