"""Places, lists, needs, schemes, pools, findings, replications and proofs."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from essaim.funding.models import State as PoolState
from essaim.needs.models import Need
from essaim.replications.models import Dimension, Mode, Origin
from essaim.replications.models import State as ReplicationState
from essaim.schemes.kinds import Applicant, Help, Point, Recurrence, Stage, Track

from .columns import API, CARD, ID, PLACE_HELP, URL, Column, Table

TERRITORIES = Table(
    "territories",
    _("Territoires"),
    _("Les territoires de France par leur code officiel (COG ; SIREN pour une intercommunalité)."),
    [
        Column("address", "place", _("Nature et code officiel"), True, help=PLACE_HELP),
        Column("kind", "string", _("Nature"), True),
        Column("code", "string", _("Code officiel"), True),
        Column("name", "string", _("Nom"), True),
        Column("label", "string", _("Nom, sans homonyme"), True),
        Column("siren", "string", _("SIREN")),
        Column("population", "integer", _("Population")),
        Column("postal_codes", "words", _("Codes postaux"), True),
        Column("gone_on", "date", _("N’existe plus depuis")),
        Column("successor", "place", _("Successeur")),
        URL,
        API,
    ],
    key="address",
)
THEMES = Table(
    "themes",
    _("Thèmes"),
    _("La liste contrôlée des thèmes."),
    [
        Column("slug", "string", _("Identifiant"), True),
        Column("name", "string", _("Nom français"), True),
        Column("name_en", "string", _("Nom anglais"), True, blank=True),
        Column("synonyms", "words", _("Synonymes"), True),
    ],
    key="slug",
)
NEEDS = Table(
    "needs",
    _("Besoins"),
    _("Les besoins que leurs auteurs montrent à tout le monde, sans donnée personnelle."),
    [
        ID,
        Column("text", "string", _("Besoin"), True, help=_("Dans les mots de l’auteur.")),
        Column("territory", "place", _("Territoire"), help=PLACE_HELP, example="commune:38185"),
        Column("theme", "string", _("Thème"), help=_("Identifiant de la liste des thèmes.")),
        Column("organisation", "string", _("Organisation")),
        Column("organisation_siren", "string", _("SIREN de l’organisation")),
        Column("for_whom", "string", _("Pour qui"), True, blank=True),
        Column("count_min", "integer", _("Combien, au moins")),
        Column("count_max", "integer", _("Combien, au plus")),
        Column("count_unit", "string", _("De quoi"), True, blank=True),
        Column("tried", "string", _("Ce qui a été essayé"), True, blank=True),
        Column("budget_min", "number", _("Budget, au moins (€)")),
        Column("budget_max", "number", _("Budget, au plus (€)")),
        Column("staff_days", "integer", _("Temps d’agent, en jours par an")),
        Column("needed_by", "date", _("Échéance")),
        Column("state", "string", _("État"), True, choices=tuple(Need.State.values[:2])),
        Column("answer", "string", _("Ce qui y a répondu"), True, blank=True),
        Column("found", "integer", _("Initiatives trouvées"), help=_("0 : besoin sans réponse.")),
        Column("created_at", "datetime", _("Exprimé le"), True),
        Column("updated_at", "datetime", _("Modifié le"), True),
        URL,
        API,
    ],
)
SCHEMES = Table(
    "schemes",
    _("Dispositifs"),
    _("L’annuaire des dispositifs d’appui."),
    [
        Column("id", "string", _("Identifiant"), True),
        Column("title", "string", _("Intitulé"), True),
        Column("funders", "words", _("Qui le porte"), True),
        Column("track", "string", _("Voie"), choices=tuple(Track.values)),
        Column("stages", "words", _("Étapes"), True, choices=tuple(Stage.values)),
        Column("stage_notes", "object", _("Précisions par étape")),
        Column("helps", "words", _("Natures d’aide"), True, choices=tuple(Help.values)),
        Column("applicants", "words", _("Qui le demande"), True, choices=tuple(Applicant.values)),
        Column("points", "words", _("Questions auxquelles il aide"), True, choices=tuple(Point.values)),
        Column("themes", "words", _("Thèmes"), True),
        Column("territories", "places", _("Territoires"), True, help=PLACE_HELP),
        Column("description", "string", _("Description")),
        Column("amount", "string", _("Montant")),
        Column("recurrence", "string", _("Rythme"), choices=tuple(Recurrence.values)),
        Column("windows", "objects", _("Périodes de dépôt"), help=_("label, opens_on, closes_on.")),
        Column("site", "string", _("Site web")),
        Column("source", "object", _("Source"), help=_("name, url, licence.")),
        Column("as_of", "string", _("État au"), help=_("Une année, un mois ou un jour.")),
        Column("checked_on", "string", _("Dernière vérification"), help=_("Une année, un mois ou un jour.")),
        Column("ended_on", "date", _("N’existe plus depuis")),
        URL,
        API,
    ],
)  # fmt: skip
POOLS = Table(
    "pools",
    _("Subventions d’essaimage"),
    _("Les groupements de financeurs publics : montants en centimes d’euro."),
    [
        Column("id", "string", _("Identifiant"), True),
        CARD,
        Column("lead", "string", _("Chef de file"), True),
        Column("lead_siren", "string", _("SIREN du chef de file")),
        Column("pilot_territory", "place", _("Territoire pilote"), True, help=PLACE_HELP),
        Column("state", "string", _("État"), True, choices=tuple(PoolState.values)),
        Column("period", "integer", _("Période du pilote"), True),
        Column("site_cents", "integer", _("Montant par site (centimes)"), True),
        Column("sites_sought", "integer", _("Sites recherchés"), True),
        Column("minimum_options", "integer", _("Options nécessaires pour commencer"), True),
        Column("options", "integer", _("Sites qui ont une option"), True),
        Column("pledged_cents", "integer", _("Options prises (centimes)"), True),
        Column("confirmed_cents", "integer", _("Confirmé (centimes)"), True),
        Column("committed_cents", "integer", _("Engagé juridiquement (centimes)"), True),
        Column("paid_cents", "integer", _("Versé (centimes)"), True),
        Column("pledges_until", "date", _("Options attendues jusqu’au"), True),
        Column("confirm_until", "date", _("Confirmations attendues jusqu’au")),
        Column("opened_on", "date", _("Ouverte le")),
        Column("activating_on", "date", _("Preuve constatée le")),
        Column("closed_on", "date", _("Close le")),
        Column("abandoned_on", "date", _("Abandonnée le")),
        URL,
        API,
    ],
)
FINDINGS = Table(
    "findings",
    _("Constats"),
    _("Ce que les groupements de financeurs ont constaté après un pilote."),
    [
        ID,
        Column("pool", "string", _("Subvention d’essaimage"), True),
        CARD,
        Column("period", "integer", _("Période du pilote"), True),
        Column("is_positive", "boolean", _("Preuve du concept"), True),
        Column("members", "integer", _("Membres"), True),
        Column("voters", "integer", _("Votants"), True),
        Column("favourable", "integer", _("Avis favorables"), True),
        Column("on", "date", _("Date"), True),
        URL,
    ],
)
REPLICATIONS = Table(
    "replications",
    _("Reprises"),
    _("Les reprises engagées : une initiative sur un nouveau site."),
    [
        ID,
        CARD,
        Column("adopter", "string", _("Repreneur"), True),
        Column("adopter_siren", "string", _("SIREN du repreneur")),
        Column("territory", "place", _("Territoire"), True, help=PLACE_HELP),
        Column("site_name", "string", _("Nom du site"), True, blank=True),
        Column("state", "string", _("État"), True, choices=tuple(ReplicationState.values)),
        Column("mode", "string", _("Mode d’essaimage"), True, choices=tuple(Mode.values)),
        Column("dimensions", "words", _("Ce qui change"), True, choices=tuple(Dimension.values)),
        Column("origin", "string", _("Née"), True, choices=tuple(Origin.values)),
        Column("learnt_from", "integer", _("A appris de la reprise n°")),
        Column("beneficiaries_target", "integer", _("Personnes à servir")),
        Column("planned_on", "date", _("Mise en service prévue le")),
        Column("committed_on", "date", _("Engagée le"), True),
        Column("preparing_on", "date", _("Préparation commencée le")),
        Column("live_on", "date", _("En service le")),
        Column("sustained_on", "date", _("Pérennisée le")),
        Column("stopped_on", "date", _("Arrêtée le")),
        Column("stop_reason", "string", _("Pourquoi elle s’arrête"), True, blank=True),
        Column("stop_lesson", "string", _("Ce que l’on en a appris"), True, blank=True),
        URL,
        API,
    ],
)
PROOFS = Table(
    "evidence",
    _("Preuves"),
    _("Les preuves d’une fiche, source par source."),
    [
        Column("source", "string", _("Source de la preuve"), True),
        Column("title", "string", _("Titre"), True),
        Column("url", "string", _("Adresse"), True, blank=True),
        Column("on", "string", _("Date"), True, blank=True),
        Column("level", "integer", _("Niveau de preuve")),
    ],
    key="title",
)
