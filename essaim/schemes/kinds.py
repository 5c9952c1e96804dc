"""The words in which schemes are described: the report's two maps, and what came since (§ 10)."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _

# Days of windows: others are typing errors, and calendars cannot hold the last of all days.
EARLIEST, LATEST = dt.date(2000, 1, 1), dt.date(2100, 12, 31)


class Track(models.TextChoices):
    SOCIAL = "social", _("innovation sociale")
    PUBLIC = "public", _("innovation publique")


class Stage(models.TextChoices):
    """Where an initiative stands: the rows of the social map, the columns of the public one."""

    CONSOLIDATION = "consolidation", _("consolidation, avant le changement d’échelle")
    SCALING = "scaling", _("changement d’échelle")
    NEW_TERRITORIES = "new_territories", _("soutien sur les nouveaux territoires")
    IDENTIFY = "identify", _("identifier")
    VALIDATE = "validate", _("valider")
    ORGANISE = "organise", _("organiser")
    REPLICATE = "replicate", _("essaimer")


SOCIAL_STAGES = (Stage.CONSOLIDATION, Stage.SCALING, Stage.NEW_TERRITORIES)
PUBLIC_STAGES = (Stage.IDENTIFY, Stage.VALIDATE, Stage.ORGANISE, Stage.REPLICATE)


class Help(models.TextChoices):
    """The first four are the report's; the others are ours, for what has been added since."""

    INFORMATION = "information", _("information, orientation")
    ADVICE = "advice", _("appui, conseil")
    ORGANISATION = "organisation", _("accompagnement en organisation")
    STRATEGY = "strategy", _("accompagnement en stratégie")
    FUNDING = "funding", _("subvention ou prix")
    LOAN = "loan", _("prêt ou avance")
    TECHNICAL = "technical", _("ingénierie technique")
    FINANCIAL = "financial", _("ingénierie financière")
    LEGAL = "legal", _("ingénierie juridique ou administrative")
    OTHER = "other", _("autre aide")


REPORT_HELPS = (Help.INFORMATION, Help.ADVICE, Help.ORGANISATION, Help.STRATEGY)


class Recurrence(models.TextChoices):
    PERMANENT = "permanent", _("ouvert en permanence")
    RECURRING = "recurring", _("revient régulièrement")
    ONE_OFF = "one_off", _("une seule fois")


class Applicant(models.TextChoices):
    """Who may ask for it."""

    COMMUNE = "commune", _("communes")
    EPCI = "epci", _("intercommunalités et pays")
    DEPARTMENT = "department", _("départements")
    REGION = "region", _("régions")
    OVERSEAS = "overseas", _("collectivités d’outre-mer à statut particulier")
    STATE = "state", _("services de l’État et établissements publics")
    AGENT = "agent", _("agents publics")
    LOCAL_COMPANY = "local_company", _("entreprises publiques locales")
    ASSOCIATION = "association", _("associations")
    SOCIAL_ENTERPRISE = "social_enterprise", _("entreprises sociales")
    COMPANY = "company", _("entreprises")
    FARMER = "farmer", _("agriculteurs")
    RESEARCH = "research", _("organismes de recherche")
    PERSON = "person", _("particuliers")


class Point(models.TextChoices):
    """Which of the six questions of readiness (§ 3) it helps with. Ours, not the report's."""

    CONSENT = "consent", _("l’accord du porteur")
    ECONOMICS = "economics", _("le modèle économique")
    EVALUATION = "evaluation", _("l’évaluation")
    IMPACT = "impact", _("l’impact potentiel")
    ENVIRONMENT = "environment", _("l’environnement des autres sites")
    ADOPTERS = "adopters", _("les repreneurs")


def labels(choices: type[models.TextChoices], values: list[str]) -> list[str]:
    """In the order of the list, whatever that of the values."""
    return [str(label) for value, label in choices.choices if value in values]
