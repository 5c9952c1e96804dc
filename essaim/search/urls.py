from django.urls import path

from essaim.search import views

app_name = "search"
urlpatterns = [
    path("initiatives", views.bank, name="bank"),
    path("initiatives/export", views.export, name="export"),
    path("initiatives/export/fichier", views.export_file, name="export_file"),
]
