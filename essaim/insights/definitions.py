"""What each figure counts: written once, shown beside it, tested on a world worked out by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Definition:
    key: str
    title: Any
    what: Any
    # How « n of N » reads, with %(n)s and %(total)s; empty where it covers everything by nature.
    coverage: Any
    unit: str  # "count", "people", "euros", "days", "percent"
    section: str
    has_rows: bool = True


@dataclass(frozen=True)
class Section:
    key: str
    title: Any


SECTIONS = [
    Section("cards", _("Les initiatives")),
    Section("sites", _("Les reprises")),
    Section("need", _("Le besoin")),
    Section("money", _("L’argent")),
    Section("costs", _("Les coûts évités")),
    Section("themes", _("Ce qui attend d’être repris")),
    Section("funnel", _("De l’idée à la reprise : étapes et délais")),
]

_ALL = [
    Definition(
        "cards", _("Initiatives publiées"),
        _("Fiches publiées, rangées dans la phase la plus avancée que des faits établissent : identifier, valider, organiser, essaimer."),
        _("%(n)s fiches publiées sur %(total)s fiches écrites"), "count", "cards",
    ),
    Definition(
        "evidence", _("Initiatives dont un niveau de preuve est établi"),
        _("Fiches publiées dont une évaluation conclue établit un niveau, de 1 (une logique expliquée) à 5 (l’effet se maintient quand d’autres reprennent)."),
        _("niveau établi pour %(n)s fiches sur %(total)s publiées"), "count", "cards",
    ),
    Definition(
        "sites", _("Reprises en cours"),
        _("Reprises engagées, en préparation, en service ou pérennisées, d’une fiche publiée. Le site d’origine n’est pas compté ; une reprise à cheval sur deux départements est montrée dans chacun, et comptée une fois au total."),
        _("%(n)s situées dans un département sur %(total)s en cours"), "count", "sites",
    ),
    Definition(
        "stopped", _("Reprises arrêtées"),
        _("Reprises qui avaient été engagées, puis arrêtées, avec ce que l’on en a appris."),
        _("%(n)s arrêtées sur %(total)s engagées depuis le début"), "count", "sites",
    ),
    Definition(
        "served", _("Personnes servies par les reprises"),
        _("Somme du dernier nombre dit par chaque site en service : les personnes servies à ce moment, non depuis le début."),
        _("dit par %(n)s sites sur %(total)s en service"), "people", "sites",
    ),
    Definition(
        "need_aimed", _("Personnes que les initiatives visent"),
        _("Population × part qui a le besoin (bas, central, haut) × part du besoin que la fiche vise, sur les territoires estimés, chacun avec sa source ; un territoire contenu dans un autre n’est pas compté deux fois. Une personne visée par deux initiatives compte pour chacune."),
        _("besoin estimé pour %(n)s fiches sur %(total)s publiées"), "people", "need",
    ),
    Definition(
        "need_covered", _("Personnes servies là où le besoin est estimé"),
        _("Personnes servies par les sites en service sur les territoires dont le besoin est estimé."),
        _("%(n)s fiches où des sites disent combien, sur %(total)s dont le besoin est estimé"), "people", "need",
    ),
    Definition(
        "need_remaining", _("Personnes qui attendent encore"),
        _("Personnes visées moins personnes servies, fiche par fiche et territoire par territoire, jamais moins de zéro : ce qu’un territoire a en trop ne comble pas ce qui manque ailleurs. Quand il ne reste rien, le changement d’échelle s’arrête."),
        _("besoin estimé pour %(n)s fiches sur %(total)s publiées"), "people", "need",
    ),
    Definition(
        "pledged", _("Promis"),
        _("Options prises par des financeurs dans les subventions d’essaimage publiques, moins celles qui ont été libérées. Une intention n’engage pas."),
        _("%(n)s subventions publiques sur %(total)s ouvertes"), "euros", "money",
    ),
    Definition(
        "confirmed", _("Confirmé"),
        _("Options confirmées après un constat de preuve favorable, moins celles qui ont été libérées."),
        _("%(n)s subventions publiques sur %(total)s ouvertes"), "euros", "money",
    ),
    Definition(
        "committed", _("Engagé juridiquement"),
        _("Montants des actes (délibération, décision) déposés avec leur référence. Seul l’acte du financeur engage l’argent public."),
        _("%(n)s subventions publiques sur %(total)s ouvertes"), "euros", "money",
    ),
    Definition(
        "paid", _("Versé"),
        _("Versements enregistrés, moins les reversements."),
        _("%(n)s subventions publiques sur %(total)s ouvertes"), "euros", "money",
    ),
    Definition(
        "avoided", _("Coûts évités selon les évaluations"),
        _("Sommes que des payeurs n’ont plus à verser, selon les auto-évaluations conclues et publiées : unités × (1 − effet d’aubaine) × part due à l’action × coût unitaire × part récupérable, actualisées. Les bornes additionnent tous les cas défavorables, puis tous les favorables. Le bien-être n’est jamais ajouté ; les hypothèses des fiches et les prévisions n’entrent pas ici."),
        _("chiffrés par %(n)s évaluations sur %(total)s conclues"), "euros", "costs",
    ),
    Definition(
        "avoided_told", _("Coûts évités dits par les sites"),
        _("Somme de la ligne « coûts évités » des nouvelles trimestrielles, telle que les sites la déclarent, sans comparaison."),
        _("dits par %(n)s sites sur %(total)s qui ont donné des nouvelles"), "euros", "costs",
    ),
    Definition(
        "themes", _("Thèmes où le besoin est fort et prouvé, et où rien ne se diffuse"),
        _("Thèmes où des besoins publics sont ouverts, où au moins une fiche a un niveau de preuve suffisant, et où aucune reprise n’est en cours. Les seuils sont des réglages."),
        _("%(n)s thèmes sur %(total)s qui ont un besoin ouvert"), "count", "themes",
    ),
    Definition(
        "waiting", _("Où les initiatives attendent"),
        _("Fiches publiées par phase, avec le temps médian (et l’écart entre le quart le plus court et le quart le plus long) passé depuis l’entrée dans cette phase ; puis ce que chacune attend en premier, et de qui."),
        _("entrée datée pour %(n)s fiches sur %(total)s"), "days", "funnel",
    ),
    Definition(
        "delays", _("Délais entre les étapes"),
        _("Temps médian entre l’entrée dans une phase et dans la suivante, avec les quartiles. N’y entrent que les fiches dont les deux étapes sont datées au mois près et se suivent : une évaluation antérieure à la fiche ne dit rien d’un délai."),
        _("%(n)s fiches dont le délai est connu sur %(total)s qui ont passé l’étape"), "days", "funnel",
    ),
    Definition(
        "modes", _("Selon le mode d’essaimage"),
        _("Reprises engagées, par mode : combien sont en service ou pérennisées, combien arrêtées, et le temps médian de l’engagement à la mise en service. Les modes ne sont pas choisis au hasard : ces écarts ne disent pas qu’un mode en est la cause."),
        _("mise en service datée pour %(n)s reprises sur %(total)s engagées"), "days", "funnel",
    ),
    Definition(
        "supports", _("Selon l’appui reçu"),
        _("Parmi des fiches de même filière et de même niveau de preuve, part de celles qui ont au moins une reprise engagée, avec et sans un appui : parrain, subvention d’essaimage, kit, mise en relation, dispositif que l’équipe de la fiche dit avoir reçu. Montré seulement quand chaque groupe compte assez de fiches. Les appuis ne sont pas tirés au sort, et une reprise peut précéder l’appui : ces écarts ne disent pas qu’il en est la cause. Une fiche dont l’équipe n’a nommé aucun dispositif peut en avoir reçu un."),
        _("%(n)s fiches reprises sur %(total)s"), "percent", "funnel",
    ),
    Definition(
        "grants", _("Subventions nouvelles, reconduites et d’essaimage"),
        _("Actes du financeur, par année. Reconduite : une autre option de ce financeur avait déjà un acte pour la même initiative sur le même territoire ; les actes suivants d’une même option gardent la nature du premier. D’essaimage : l’initiative y est reprise d’ailleurs. Nouvelle : ni l’un ni l’autre (le site pilote)."),
        _("%(n)s actes datés sur %(total)s"), "euros", "funder", has_rows=False,
    ),
    Definition(
        "options", _("Ce que sont devenues ses options"),
        _("Options du financeur par état ; montant promis, ou confirmé quand elle l’est."),
        _("%(n)s options prises sur %(total)s préparées"), "euros", "funder", has_rows=False,
    ),
]  # fmt: skip

# What a breakdown is called.
DIMENSIONS = {
    "phase": _("Par phase"),
    "level": _("Par niveau de preuve"),
    "state": _("Par état"),
    "department": _("Par département"),
    "year": _("Année par année"),
    "wait": _("Ce que l’on attend, et de qui"),
    "payer": _("Par payeur"),
    "theme": _("Par thème"),
    "support": _("Part des fiches reprises"),
    "mode": _("De l’engagement à la mise en service"),
    "mode_running": _("En service ou pérennisées"),
    "mode_stopped": _("Arrêtées"),
}

DEFINITIONS: dict[str, Definition] = {each.key: each for each in _ALL}
