from django.urls import path

from essaim.kits import views

app_name = "kits"
urlpatterns = [
    path("initiatives/<slug:slug>/kit", views.kit, name="kit"),
    path("initiatives/<slug:slug>/kit/ajouter", views.add, name="add"),
    path("initiatives/<slug:slug>/kit/archive", views.archive, name="archive"),
    path("initiatives/<slug:slug>/kit/archive/avancement", views.progress, name="progress"),
    path("initiatives/<slug:slug>/kit/archive.zip", views.archive_file, name="archive_file"),
    path("initiatives/<slug:slug>/kit/fichiers/<int:pk>", views.file, name="file"),
    path("initiatives/<slug:slug>/kit/<int:pk>/decrire", views.describe, name="describe"),
    path("initiatives/<slug:slug>/kit/<int:pk>/version", views.new_version, name="new_version"),
    path("initiatives/<slug:slug>/kit/<int:pk>/retirer", views.remove, name="remove"),
    path("initiatives/<slug:slug>/kit/<int:pk>/remettre", views.put_back, name="put_back"),
]
