"""What a card holds for whoever takes it up: its model, its strategy, its readiness, its training."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from essaim.modelling.models import WorkshopState
from essaim.scaling.models import Mode, Model, Objective

from .columns import API, CARD, ID, URL, Column, Table

MODELS = Table(
    "models",
    _("Modèles"),
    _("Ce qu’un repreneur garde, ce qu’il adapte et ce qu’il lui faut ; jamais qui l’a trié."),
    [
        CARD,
        Column("components", "objects", _("Cœur et marge"), True,
               help=_("name, kind (core ou margin), why, variants, red_lines.")),
        Column("prerequisites", "words", _("Prérequis"), True),
        Column("contraindications", "string", _("Contre-indications"), True, blank=True),
        Column("indicators", "objects", _("Indicateurs"), True,
               help=_("name, measured_by (avant et après), start (valeur au départ).")),
        Column("roles", "objects", _("Rôles"), True, help=_("name, does, training.")),
        Column("stages", "objects", _("Calendrier"), True, help=_("name, led_by, when.")),
        Column("legal_basis", "string", _("Cadre juridique"), True, blank=True),
        Column("personal_data", "string", _("Données personnelles traitées"), True, blank=True),
        Column("workshop", "string", _("Dernier atelier"), choices=tuple(WorkshopState.values),
               help=_("Rien : le tri est celui de la fiche.")),
        Column("workshop_at", "datetime", _("Dernier atelier ouvert le")),
        Column("updated_at", "datetime", _("Fiche de modélisation modifiée le"),
               help=_("Rien : elle n’est pas écrite.")),
        URL,
        API,
    ],
    key="initiative",
)  # fmt: skip
STRATEGIES = Table(
    "strategies",
    _("Stratégies"),
    _("La stratégie choisie pour changer d’échelle ; ses raisons se lisent sur la page, connecté."),
    [
        ID,
        CARD,
        Column("objectives", "words", _("Objectifs"), True, choices=tuple(Objective.values)),
        Column("model", "string", _("Modèle"), True, choices=tuple(Model.values)),
        Column("subtype", "string", _("Forme"), True, blank=True),
        Column("purity", "integer", _("Pureté du modèle d’origine"), True,
               help=_("De 1 (libre) à 5 (tel quel).")),
        Column("control", "integer", _("Contrôle du processus"), True,
               help=_("De 1 (libre) à 5 (sous contrôle).")),
        Column("place", "integer", _("Place sur l’axe"), True,
               help=_("De 0 (contrôle) à 100 (autonomie).")),
        Column("suggested_mode", "string", _("Mode que placent les deux questions"), True,
               choices=tuple(Mode.values)),
        Column("mode", "string", _("Mode choisi"), True, choices=tuple(Mode.values)),
        Column("created_on", "date", _("Écrite le"), True),
        Column("chosen_on", "date", _("Choisie le"), help=_("Rien : elle ne l’est pas.")),
        URL,
    ],
)  # fmt: skip
DIAGNOSES = Table(
    "diagnoses",
    _("Diagnostics"),
    _("Les diagnostics « fin prêt » que rien n’a démentis depuis ; jamais leurs auteurs ni leurs"
      " motifs."),
    [
        ID,
        CARD,
        Column("track", "string", _("Voie"), True, blank=True),
        Column("ready", "boolean", _("Fin prêt"), True),
        Column("concluded_on", "date", _("Conclu le"), True),
        Column("answers", "objects", _("Réponses aux six questions"), True,
               help=_("question, yes, proposed (par les faits ; rien : ils ne disent pas), facts,"
                      " missing.")),
        URL,
    ],
)  # fmt: skip
TRAINING = Table(
    "training",
    _("Formations"),
    _("Les modules de formation que portent les fiches, et leurs sessions."),
    [
        ID,
        CARD,
        Column("title", "string", _("Titre"), True),
        Column("hours", "number", _("Durée en heures"), True),
        Column("audience", "string", _("Pour qui"), True),
        Column("link", "string", _("Support de formation"), True, blank=True),
        Column("material", "integer", _("Numéro du matériel du kit")),
        Column("sessions", "objects", _("Sessions"), True,
               help=_("setting, starts_on, ends_on, organisation, organisation_siren, territory,"
                      " place, link (pour s’inscrire, tant que c’est possible), cancelled_on.")),
        URL,
    ],
)  # fmt: skip
