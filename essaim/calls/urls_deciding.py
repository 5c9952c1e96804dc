"""Applications, as those who instruct, read and decide see them."""

from __future__ import annotations

from django.urls import URLPattern, path

from .views import answers, deciding, eligibility, meetings, reading

# Before any block of an application.
first: list[URLPattern] = [
    path("appels/candidatures/<int:pk>/decision", answers.decision, name="decision"),
    path("appels/candidatures/<int:pk>/recours", answers.appeal, name="appeal"),
    path("appels/candidatures/<int:pk>/complement", answers.complement, name="complement"),
    path("appels/candidatures/<int:pk>/renoncer", answers.give_up, name="give_up"),
]
_file = "appels/<slug:slug>/instruction/<int:pk>"
patterns: list[URLPattern] = [
    path("appels/<slug:slug>/instruction", eligibility.instruction, name="instruction"),
    path(_file, eligibility.file, name="file"),
    path(f"{_file}/completer", eligibility.complete, name="complete"),
    path(f"{_file}/recevabilite", eligibility.decide, name="eligibility"),
    path(f"{_file}/reexaminer", eligibility.look_again, name="look_again"),
    path(f"{_file}/deport", eligibility.recuse, name="recuse"),
    path(f"{_file}/decider", deciding.prepare, name="prepare"),
    path(f"{_file}/publier", deciding.publish_late, name="publish_late"),
    path(f"{_file}/verifier", deciding.check, name="check"),
    path(f"{_file}/recours/<int:appeal>", answers.answer_appeal, name="answer_appeal"),
    path("appels/<slug:slug>/lecture", reading.reading, name="reading"),
    path("appels/<slug:slug>/lecture/decider", reading.start_deciding, name="start_deciding"),
    path("appels/<slug:slug>/decision", deciding.board, name="board"),
    path("appels/<slug:slug>/decision/notes", deciding.refresh, name="refresh_scores"),
    path("appels/<slug:slug>/decision/reglages", deciding.settings, name="deliberation"),
    path("appels/<slug:slug>/decision/attente", deciding.waiting, name="waiting_list"),
    path("appels/<slug:slug>/decision/publier", deciding.publish, name="publish_results"),
    path("appels/<slug:slug>/jury", meetings.meetings, name="meetings"),
    path("appels/<slug:slug>/jury/<int:pk>", meetings.meeting, name="meeting"),
    path("appels/<slug:slug>/proces-verbal", meetings.minutes, name="minutes"),
]
