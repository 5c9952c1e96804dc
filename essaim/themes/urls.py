from django.urls import path, register_converter

from essaim.themes import views
from essaim.themes.converters import VocabularyConverter

register_converter(VocabularyConverter, "vocabulary")

app_name = "themes"
urlpatterns = [
    path("gestion/themes", views.lists, name="lists"),
    path("gestion/themes/nouveau/<vocabulary:vocabulary>", views.new_term, name="new"),
    path("gestion/themes/mots/<int:pk>/rattacher", views.map_word, name="map"),
    path("gestion/themes/mots/<int:pk>/laisser", views.ignore_word, name="ignore"),
    path("gestion/themes/mots/<int:pk>/reprendre", views.restore_word, name="restore"),
    path("gestion/themes/<vocabulary:vocabulary>/<slug:slug>", views.term, name="term"),
]
