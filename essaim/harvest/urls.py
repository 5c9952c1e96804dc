from django.urls import path

from essaim.harvest.views import duplicates, items, runs, sources

app_name = "harvest"
urlpatterns = [
    path("moissonnage", sources.listing, name="sources"),
    path("moissonnage/nouvelle", sources.new, name="new"),
    path("moissonnage/<int:pk>", sources.detail, name="source"),
    path("moissonnage/<int:pk>/modifier", sources.edit, name="edit"),
    path("moissonnage/<int:pk>/essayer", sources.attempt, name="try"),
    path("moissonnage/<int:pk>/lancer", sources.launch, name="launch"),
    path("moissonnage/<int:pk>/programmer", sources.schedule, name="schedule"),
    path("moissonnage/<int:pk>/suspendre", sources.pause, name="pause"),
    path("moissonnage/<int:pk>/retirer", sources.remove, name="remove"),
    path("moissonnage/<int:pk>/fiches", items.listing, name="items"),
    path("moissonnage/<int:pk>/fiches/publier", items.publish, name="publish_items"),
    path("moissonnage/passages/<int:pk>", runs.detail, name="run"),
    path("moissonnage/passages/<int:pk>/avancement", runs.progress, name="progress"),
    path("moissonnage/passages/<int:pk>/remarques.csv", runs.issues_file, name="issues"),
    path("moissonnage/doublons", duplicates.listing, name="duplicates"),
    path("moissonnage/doublons/<int:pk>", duplicates.decide, name="duplicate"),
]
