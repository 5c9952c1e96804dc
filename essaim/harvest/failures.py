"""Why a passage stopped, or a record was left out: a code and its words, said in the language of
whoever reads."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from essaim.common.outbound import PROBLEMS


class Broken(Exception):
    """The passage cannot go on: nothing is withdrawn. ``code`` is a key of REASONS or of
    ``common.outbound.PROBLEMS``; ``params`` are the words of its sentence."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = {name: str(value)[:300] for name, value in params.items()}


REASONS: dict[str, Any] = {
    "status": _("Le serveur a répondu %(status)s."),
    "busy": _("Le serveur demande d’attendre (réponse %(status)s) : la lecture s’arrête là."),
    "robots": _("Le fichier robots.txt du site n’autorise pas la lecture de cette adresse."),
    "robots_unreachable": _("Le fichier robots.txt du site ne répond pas (%(status)s)."),
    "compressed": _("La réponse est compressée, alors que nous ne le demandons pas."),
    "packed": _("Le fichier compressé (.gz) ne s’ouvre pas."),
    "xml": _("Le XML est mal formé (ligne %(line)s) : %(detail)s."),
    "xml_entities": _("Le XML déclare des entités ou un type de document : il est refusé."),
    "xml_deep": _("Le XML a trop de niveaux imbriqués."),
    "json": _("Le JSON est mal formé : %(detail)s."),
    "not_a_feed": _("Ce XML n’est ni un flux RSS, ni un flux Atom."),
    "not_a_json_feed": _("Ce JSON n’est pas un flux JSON Feed."),
    "not_a_sitemap": _("Ce XML n’est pas un plan de site."),
    "not_essaim": _("Cette adresse ne répond pas comme l’API d’Essaim (/api/v1/initiatives)."),
    "not_a_table": _("Ce fichier n’est ni un CSV avec une ligne de titres, ni du JSON Lines."),
    "json_array": _(
        "Ce fichier est un tableau JSON : un objet par ligne est attendu (JSON Lines)."
    ),
    "binary": _("Ce fichier est une archive, un classeur ou un PDF : un texte est attendu."),
    "columns": _("Des champs que la source donnait ont disparu : %(names)s."),
    "columns_unknown": _("La correspondance nomme des champs que la source n’a pas : %(names)s."),
    "empty": _("La source a répondu sans aucune fiche, alors qu’elle en donnait %(known)s."),
    "nothing": _("La source a répondu sans aucune fiche."),
    "all_refused": _("Aucune des %(read)s fiches lues n’a pu être reprise."),
    "too_many": _("La source annonce plus de %(most)s fiches ou plans : la lecture s’arrête là."),
    "pages": _("La suite des pages de la source tourne en rond."),
    "pages_unread": _(
        "Ses fiches se reconnaissent à une adresse écrite dans leur page, que l’essai ne lit pas."
    ),
    "trial_long": _(
        "La source est longue : l’essai s’est arrêté après ses %(read)s premières fiches."
    ),
    "no_manager": _("Plus aucun animateur ne suit cette source : reprenez-la en la modifiant."),
    "unexpected": _("Une erreur inattendue a arrêté le passage : prévenez l’exploitant du site."),
    "stopped": _("La source a été suspendue pendant le passage."),
    "changed": _("Ce que l’on lit de la source a changé depuis que ce passage a été demandé."),
}

ADVICE: dict[str, Any] = {
    "columns": _(
        "Ouvrez la source, comparez avec la correspondance, corrigez-la, puis essayez de nouveau."
    ),
    "columns_unknown": _("Corrigez la correspondance, puis essayez de nouveau."),
    "too_large": _("Demandez au partenaire un fichier plus petit, ou à l’exploitant de relever la limite."),
    "private": _("Seul l’exploitant peut autoriser une adresse privée (ESSAIM_PRIVATE_HOSTS)."),
    "not_allowed": _("Si ce serveur est bien du partenaire, ajoutez-le aux autres serveurs de la source."),
    "robots": _("Demandez au partenaire d’autoriser « Essaim » dans son fichier robots.txt."),
    "changed": _("Essayez la source telle qu’elle est maintenant."),
    "busy": _("Allongez le délai entre deux requêtes ; la nuit prochaine, la lecture recommence."),
    "xml_entities": _("Demandez au partenaire un flux sans déclaration de type de document."),
}  # fmt: skip

RECORDS: dict[str, Any] = {
    "no_identifier": _("Rien n’identifie cette fiche : ni identifiant, ni adresse."),
    "identifier_repeated": _("Cet identifiant a déjà été rencontré dans ce passage."),
    "identifier_changed": _("L’identifiant a changé à la source (c’était « %(before)s »)."),
    "erased_here": _("La fiche a été supprimée ici : elle n’est pas recréée."),
    "from_here": _("Cette fiche vient de chez nous : elle n’est pas reprise."),
    "already_here": _("Cette fiche est déjà ici, par la source qui l’a donnée la première."),
    "date_future": _("La date « %(value)s » est dans l’avenir : elle est laissée de côté."),
    "page_status": _("La page a répondu %(status)s."),
    "page_refused": _("La page n’a pas été lue : %(detail)s"),
    "page_robots": _("Le fichier robots.txt du site n’autorise pas la lecture de cette page."),
    "page_without_data": _("La page ne porte pas de JSON-LD schema.org qui décrive une initiative."),
    "record_json": _("Le JSON-LD de la page est mal formé."),
    "row": _("La ligne est illisible."),
    "proposal": _("La différence n’a pas pu être proposée : %(detail)s"),
}  # fmt: skip


def sentence(code: str, params: dict[str, Any]) -> str:
    """Why a passage stopped; "" where it did not."""
    if code in REASONS:
        return str(REASONS[code]) % params
    return str(PROBLEMS.get(code, ""))


def advice(code: str) -> str:
    return str(ADVICE.get(code, ""))


def of_record(code: str, params: dict[str, Any]) -> str:
    """What happened to one record; "" where the code is one of the import format."""
    return str(RECORDS[code]) % params if code in RECORDS else ""
