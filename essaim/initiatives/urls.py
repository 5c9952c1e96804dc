from django.urls import path

from essaim.initiatives.views import (
    card,
    coeditors,
    imports,
    publication,
    refusals,
    revisions,
    schemas,
    writing,
)

app_name = "initiatives"
urlpatterns = [
    path("initiatives/nouvelle", writing.create, name="create"),
    path("initiatives/mes-fiches", writing.mine, name="mine"),
    path("initiatives/<slug:slug>", card.detail, name="detail"),
    path("initiatives/<slug:slug>/apercu", card.preview, name="preview"),
    path("initiatives/<slug:slug>/historique", revisions.history, name="history"),
    path("initiatives/<slug:slug>/historique/comparer", revisions.compare, name="compare"),
    path(
        "initiatives/<slug:slug>/historique/<int:event>/reprendre",
        revisions.restore,
        name="restore_revision",
    ),
    path("initiatives/<slug:slug>/modifier", writing.overview, name="overview"),
    path(
        "initiatives/<slug:slug>/modifier/<slug:section>",
        writing.edit_section,
        name="edit_section",
    ),
    path("initiatives/<slug:slug>/soumettre", publication.submit, name="submit"),
    path("initiatives/<slug:slug>/publier", publication.publish, name="publish"),
    path("initiatives/<slug:slug>/renvoyer", publication.send_back, name="send_back"),
    path("initiatives/<slug:slug>/refuser", refusals.refuse, name="refuse"),
    path("initiatives/<slug:slug>/contester", refusals.appeal, name="appeal"),
    path("initiatives/<slug:slug>/contestation", refusals.decide, name="decide_appeal"),
    path("initiatives/<slug:slug>/archiver", publication.archive, name="archive"),
    path("initiatives/<slug:slug>/retablir", publication.restore, name="restore"),
    path("initiatives/<slug:slug>/coediteurs", coeditors.listing, name="coeditors"),
    path(
        "initiatives/<slug:slug>/coediteurs/<int:pk>/retirer",
        coeditors.remove,
        name="remove_coeditor",
    ),
    path(
        "initiatives/<slug:slug>/coediteurs/invitations/<int:pk>/annuler",
        coeditors.cancel,
        name="cancel_coediting",
    ),
    path("initiatives/<slug:slug>/coedition", coeditors.answer, name="coediting"),
    path("gestion/fiches", publication.review, name="review"),
    path("gestion/imports", imports.listing, name="imports"),
    path("gestion/imports/export", imports.export_file, name="export"),
    path("gestion/imports/<int:pk>", imports.detail, name="import"),
    path("gestion/imports/<int:pk>/avancement", imports.progress, name="import_progress"),
    path("gestion/imports/<int:pk>/confirmer", imports.confirm, name="import_confirm"),
    path("gestion/imports/<int:pk>/abandonner", imports.cancel, name="import_cancel"),
    path("gestion/imports/<int:pk>/reessayer", imports.try_again, name="import_again"),
    path("gestion/imports/<int:pk>/remarques.csv", imports.issues_file, name="import_issues"),
    path("schemas", schemas.index, name="schemas"),
    path("schemas/card.json", schemas.card, name="schema"),
]
