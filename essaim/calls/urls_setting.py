"""Calls: their list, their page, their preparation."""

from __future__ import annotations

from django.urls import URLPattern, path

from .views import building, calls, setting, states

CALL = "appels/<slug:slug>"
FORM = f"{CALL}/preparation/formulaire"
BLOCK = f"{FORM}/<slug:block>"
FIELD = f"{BLOCK}/questions/<slug:name>"

patterns: list[URLPattern] = [
    path("appels", calls.calls, name="calls"),
    path("appels/export", calls.export, name="export_list"),
    path("appels/nouveau", setting.new, name="new"),
    path(CALL, calls.call, name="call"),
    path(f"{CALL}/apercu", calls.preview, name="preview"),
    path(f"{CALL}/versions", calls.editions, name="editions"),
    path(f"{CALL}/versions/<int:number>", calls.editions, name="edition"),
    path(f"{CALL}/documents/<int:pk>", calls.document, name="document"),
    path(f"{CALL}/annoncer", states.announce, name="announce"),
    path(f"{CALL}/remettre-en-preparation", states.take_back, name="take_back"),
    path(f"{CALL}/ouvrir", states.open_call, name="open"),
    path(f"{CALL}/clore", states.close, name="close"),
    path(f"{CALL}/rouvrir", states.open_again, name="open_again"),
    path(f"{CALL}/sans-suite", states.drop, name="drop"),
    path(f"{CALL}/lecture/passer", states.skip_reading, name="skip_reading"),
    path(f"{CALL}/derniere-vague", states.end_series, name="end_series"),
    path(f"{CALL}/preparation", setting.preparation, name="preparation"),
    path(FORM, building.builder, name="builder"),
    path(f"{FORM}/publier", building.publish, name="publish_form"),
    path(f"{FORM}/abandonner", building.give_up, name="give_up_form"),
    path(BLOCK, building.block, name="block"),
    path(f"{BLOCK}/deplacer", building.move, name="move_block"),
    path(f"{BLOCK}/retirer", building.remove, name="remove_block"),
    path(f"{BLOCK}/questions", building.field, name="new_field"),
    path(FIELD, building.field, name="field"),
    path(f"{FIELD}/deplacer", building.move, name="move_field"),
    path(f"{FIELD}/retirer", building.remove, name="remove_field"),
    path(
        f"{CALL}/preparation/documents/<int:pk>/retirer",
        setting.remove_document,
        name="remove_document",
    ),
    path(
        f"{CALL}/preparation/equipe/<int:pk>/retirer", setting.remove_officer, name="remove_officer"
    ),
    path(f"{CALL}/preparation/<slug:word>", setting.tab, name="setting"),
]
