from django.urls import path

from essaim.schemes.views import calendar, directory, imports, reviewing, scheme

app_name = "schemes"
urlpatterns = [
    path("dispositifs", directory.directory, name="list"),
    path("dispositifs/carte", directory.maps, name="map"),
    path("dispositifs/calendrier.ics", calendar.calendar, name="calendar"),
    path("dispositifs/nouveau", scheme.new, name="new"),
    path("dispositifs/export/<slug:kind>", imports.export, name="export"),
    path("dispositifs/imports", imports.listing, name="imports"),
    path("dispositifs/imports/<int:pk>", imports.detail, name="import"),
    path("dispositifs/imports/<int:pk>/avancement", imports.progress, name="import_progress"),
    path("dispositifs/imports/<int:pk>/remarques", imports.issues_file, name="import_issues"),
    path("dispositifs/propositions", reviewing.proposals, name="proposals"),
    path("dispositifs/<slug:slug>", scheme.detail, name="detail"),
    path("dispositifs/<slug:slug>/modifier", scheme.edit, name="edit"),
    path("dispositifs/<slug:slug>/historique", scheme.history, name="history"),
    path("dispositifs/<slug:slug>/examen", reviewing.review, name="review"),
    path("dispositifs/<slug:slug>/verifier", scheme.check, name="check"),
    path("dispositifs/<slug:slug>/periodes/nouvelle", scheme.new_window, name="new_window"),
    path(
        "dispositifs/<slug:slug>/periodes/<int:pk>/retirer",
        scheme.remove_window,
        name="remove_window",
    ),
]
