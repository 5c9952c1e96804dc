"""Results, support, numbers, exports and feeds."""

from __future__ import annotations

from django.urls import URLPattern, path

from .views import accesses, exports, feeds, numbers, preparing, results, support

_one = "appels/candidatures/<int:pk>"
# Before any slug, and before the blocks of an application.
first: list[URLPattern] = [
    path("appels/calendrier.ics", feeds.calendar, name="calendar"),
    path("appels/flux.atom", feeds.feed, name="feed"),
    path("appels/besoins-sans-reponse", preparing.unmet, name="unmet"),
    path(f"{_one}/suites", results.next_steps, name="next_steps"),
    path(f"{_one}/fiche", results.write_card, name="write_card"),
    path(f"{_one}/mention", results.credit, name="credit"),
    path(f"{_one}/droit-a-l-erreur", results.lesson, name="lesson"),
    path(f"{_one}/droit-a-l-erreur/mention", results.mention, name="mention_lesson"),
    path(f"{_one}/droit-a-l-erreur/proposer", results.propose_lesson, name="propose_lesson"),
    path(f"{_one}/reprises", results.begin_sites, name="begin_sites"),
    path(f"{_one}/accompagnement", support.support, name="support"),
    path(f"{_one}/accompagnement/plan", support.plan, name="support_plan"),
    path(f"{_one}/accompagnement/bilan", support.report, name="support_report"),
    path(f"{_one}/accompagnement/clore", support.close, name="close_support"),
    path(f"{_one}/accompagnement/rouvrir", support.open_again, name="open_support_again"),
    path(f"{_one}/accompagnement/jalons/<int:milestone>", support.reach, name="reach_milestone"),
]
patterns: list[URLPattern] = [
    path("appels/<slug:slug>/resultats", results.page, name="results"),
    path("appels/<slug:slug>/calendrier.ics", feeds.call_calendar, name="call_calendar"),
    path("appels/<slug:slug>/accompagnements", support.supports, name="supports"),
    path("appels/<slug:slug>/accompagnements/commencer", support.begin, name="begin_support"),
    path("appels/<slug:slug>/archiver", support.archive, name="archive"),
    path("appels/<slug:slug>/consultations", accesses.page, name="accesses"),
    path("appels/<slug:slug>/chiffres", numbers.page, name="numbers"),
    path("appels/<slug:slug>/exports", exports.page, name="exports"),
    path("appels/<slug:slug>/exports/<uuid:key>", exports.export, name="export"),
    path("appels/<slug:slug>/exports/<uuid:key>/avancement", exports.progress, name="export_progress"),
    path("appels/<slug:slug>/exports/<uuid:key>/fichier", exports.file, name="export_file"),
    path("appels/<slug:slug>/exports/<uuid:key>/effacer", exports.delete, name="delete_export"),
    path("appels/<slug:slug>/exports/modeles/<int:pk>/effacer", exports.drop_template, name="drop_column_template"),
]  # fmt: skip
