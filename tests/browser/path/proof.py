"""What shows that it works: a self-evaluation by its team, then a reading by peers."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from . import cast

EVALUATION = "Deux centres comparés, l’hiver (fictif)"


def measured() -> str:
    """Alerts answered by each volunteer parent, of the winter before and of this one: two centres
    that were alike, then apart. Invented, the same at each run."""
    lines = ["volontaire;centre;avant;apres"]
    for number in range(24):
        before = 18 + (number * 7) % 11
        lines.append(f"A{number:02d};Hauts-Vallons;{before};{before + 8 + (number * 5) % 6}")
        lines.append(f"B{number:02d};Val-Clair;{before + number % 2};{before + (number * 3) % 5}")
    return "\n".join(lines)


def planned(tale: Any) -> None:
    """The plan is written and frozen before the data come."""
    tale.waits_for("agent", "Votre fiche « La garde au bip .* est publiée")
    tale.follow("Preuves et évaluations")
    tale.follow("Évaluer soi-même")
    tale.fill(title=EVALUATION)
    tale.press("Commencer le plan")
    tale.fill(
        who="les parents volontaires", what="la garde au bip", compared_with="un centre sans garde",
        outcome="les alertes honorées", period="un hiver",
    )  # fmt: skip
    tale.press("Enregistrer")
    tale.fill(
        indicator="Alertes honorées", unit="alertes", collected_by="une collègue d’un autre centre",
        higher_is_better="yes", education="no",
    )  # fmt: skip
    tale.press("Enregistrer")
    tale.fill(design="comparison", clustered="no", why_comparable="Deux centres de même taille.")
    tale.press("Enregistrer")
    tale.fill(per_group="24", expected_effect="1")
    tale.press("Enregistrer")
    tale.follow("Le calendrier")  # no group is looked at apart
    today = dt.date.today()
    for name, days in {"pretest_on": 0, "starts_on": 1, "posttest_on": 60}.items():
        tale.fill(**{name: (today + dt.timedelta(days=days)).isoformat()})
    tale.press("Enregistrer")


def frozen(tale: Any) -> None:
    tale.as_("agent")
    tale.follow("Relire et figer le plan")
    tale.press("Figer le plan")
    tale.reads("figé")


def stated(tale: Any) -> None:
    """Whom the data speak of is said before any of it arrives."""
    tale.as_("agent")
    tale.follow("Dire ce qui protège les personnes")
    tale.fill(
        legal_basis="public_task", sensitive="no", impact="not_needed",
        impact_note="Aucun public vulnérable, nombres seuls.", notice="Une note au tableau du centre",
        deletion_on=(dt.date.today() + dt.timedelta(days=200)).isoformat(),
    )  # fmt: skip
    tale.press("Enregistrer et ouvrir le recueil")


def analysed(tale: Any) -> None:
    tale.as_("agent")
    tale.fill(text=measured())
    tale.press("Vérifier")
    tale.fill(
        unit="volontaire", group="centre", treated="Hauts-Vallons", control="Val-Clair",
        pre="avant", post="apres",
    )  # fmt: skip
    tale.press("Vérifier les lignes")
    tale.follow("Passer à l’analyse")
    tale.press("Lancer l’analyse")
    tale.page.wait_for_selector("#resultats", timeout=90_000)
    tale.picture("evaluation", "#resultats")


def concluded(tale: Any) -> None:
    tale.as_("agent")
    tale.follow("Conclure")
    tale.fill(learnt="Les parents gardés partent plus souvent.", limits="Deux centres, un hiver.")
    tale.press("Conclure et publier")
    tale.as_("visitor")
    tale.follow("Preuves et évaluations")
    tale.reads(EVALUATION)


# --- peers ----------------------------------------------------------------------------------------
READERS = {"innovators": "first_reader", "users": "second_reader"}


def peers_called(tale: Any) -> None:
    """Two readers say that they are peers; a manager prepares the reading of the card."""
    for who in READERS.values():
        tale.space(who)
        tale.follow("Mon profil de pair")
        tale.fill(is_peer=True, profession="sapeur-pompier volontaire (fictif)")
        tale.press("Enregistrer")


def peers_convened(tale: Any) -> None:
    tale.as_("manager")
    tale.follow("Faire lire par des pairs")
    tale.press("Préparer")
    settle(tale)
    convene(tale, READERS)


def settle(tale: Any) -> None:
    """Deadlines, and one reader in each college."""
    tale.follow("Régler les échéances")
    now = dt.datetime.now()
    for field, days in (("answer_by", 5), ("read_by", 20), ("discuss_by", 30)):
        tale.fill(**{field: f"{now + dt.timedelta(days=days):%Y-%m-%dT%H:%M}"})
    tale.fill(reply_days="0")
    tale.press("Enregistrer")
    for kind in READERS:
        tale.follow_to(f"/colleges/{kind}")
        tale.fill(per_item="1", size="1")
        tale.press("Enregistrer")
    tale.press("Ouvrir les invitations")


def convene(tale: Any, readers: dict[str, str]) -> None:
    """Readers are invited and accept; a job proposes who reads what, a manager confirms."""
    for kind, who in readers.items():
        tale.follow("Inviter parmi les pairs")
        tale.page.get_by_label(re.compile(re.escape(cast.PEOPLE[who][0]))).check(force=True)
        tale.page.select_option("#college", kind)
        tale.press("Inviter les personnes cochées")
    for who in readers.values():
        tale.waits_for(who, "Accepter ou décliner une invitation de pair")
        tale.page.get_by_label(re.compile("pas d’intérêt")).check(force=True)
        tale.press("Accepter")
    tale.as_("manager")
    tale.follow("Revenir à la lecture")
    tale.press("Clore les invitations et affecter")
    tale.press("Calculer une proposition")
    tale.page.get_by_role("heading", name="Qui lirait quoi, et pourquoi").wait_for(timeout=60_000)
    tale.press("Confirmer et prévenir les lecteurs")


def read(tale: Any, who: str) -> None:
    """Every criterion is answered, with a word for the holder."""
    tale.waits_for(who, "Lire et rendre votre lecture")
    for group in tale.page.locator("main fieldset:has(input[type=radio])").all():
        group.locator("input[type=radio]").last.check(force=True)
    for text in tale.page.locator("main textarea").all():
        text.fill("Clair, et utile chez nous (fictif).")
    tale.press("Rendre ma lecture")
    tale.reads("Rendue le")


def peers_read(tale: Any) -> None:
    for who in READERS.values():
        read(tale, who)


def peers_concluded(tale: Any) -> None:
    tale.waits_for("manager", "Ouvrir la discussion")
    tale.press("Ouvrir la discussion")
    tale.follow("Écrire le retour et conclure")
    tale.fill(feedback="Les deux lecteurs voient un besoin clair (fictif).")
    tale.press("Enregistrer le retour")
    tale.press("Envoyer au porteur")
    tale.follow("Conclure")
    tale.fill(
        level="2", statement="Un besoin établi, une utilité reconnue (fictif).",
        reasons="Deux lectures concordantes (fictif).",
    )  # fmt: skip
    tale.press("Conclure et publier")
    tale.again("visitor")
    tale.picture("proof")
    tale.reads(EVALUATION, "Un besoin établi, une utilité reconnue")
