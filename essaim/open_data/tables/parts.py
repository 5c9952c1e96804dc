"""What belongs to one card and has an address below its own: its kit, what is asked about it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from essaim.kits.models import KitMaterial

from .columns import ID, URL, Column, Table

KIT = Table(
    "kit",
    _("Matériels du kit"),
    _("Les matériels déposés sur une fiche, dans leur dernière version."),
    [
        ID,
        Column("kind", "string", _("Nature"), True, choices=tuple(KitMaterial.Kind.values)),
        Column("title", "string", _("Titre"), True),
        Column("licence", "string", _("Licence"), True),
        Column("licence_url", "string", _("Texte de la licence"), True, blank=True),
        Column("credit", "string", _("Crédit"), True),
        Column("version", "integer", _("Version"), True),
        Column("extension", "string", _("Format"), True),
        Column("bytes", "integer", _("Taille en octets"), True),
        Column("sha256", "string", _("Somme SHA-256"), True),
        Column("updated_at", "datetime", _("Déposée le"), True),
        Column("file", "url", _("Fichier"), True),
        URL,
    ],
)
QUESTIONS = Table(
    "questions",
    _("Questions"),
    _("Les questions publiques posées sur une fiche et leurs réponses ; jamais qui les écrit."),
    [
        ID,
        Column("text", "string", _("Question"), True, blank=True, help=_("Vide : retirée.")),
        Column("asked_at", "datetime", _("Posée le"), True),
        Column("answers", "objects", _("Réponses"), True, help=_("text, answered_at, useful.")),
        URL,
    ],
)
