from django.urls import path

from essaim.modelling.views import economics, model, workshop

app_name = "modelling"
urlpatterns = [
    path("initiatives/<slug:slug>/modele", model.page, name="model"),
    path("initiatives/<slug:slug>/modele/fiche", model.edit_sheet, name="sheet"),
    path("initiatives/<slug:slug>/modele/economie", economics.page, name="economics"),
    path(
        "initiatives/<slug:slug>/modele/economie/hypotheses",
        economics.assumptions,
        name="assumptions",
    ),
    path("initiatives/<slug:slug>/modele/atelier", workshop.board, name="workshop"),
    path("initiatives/<slug:slug>/modele/atelier/ouvrir", workshop.start, name="start"),
    path("initiatives/<slug:slug>/modele/atelier/classer/<int:pk>", workshop.sort, name="sort"),
    path(
        "initiatives/<slug:slug>/modele/atelier/entretien/<int:pk>",
        workshop.interview,
        name="interview",
    ),
    path("initiatives/<slug:slug>/modele/atelier/desaccords", workshop.compare, name="compare"),
    path("initiatives/<slug:slug>/modele/atelier/adopter", workshop.adopt, name="adopt"),
    path("initiatives/<slug:slug>/modele/atelier/clore", workshop.close, name="close"),
]
