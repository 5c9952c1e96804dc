from django.urls import path

from .views import answers, board, knowledge

app_name = "matching"
urlpatterns = [
    path("besoins/<int:pk>/reponses", answers.answers, name="answers"),
    path("besoins/<int:pk>/reponses/<slug:kind>/<int:object_id>/pourquoi", answers.why, name="why"),
    path(
        "besoins/<int:pk>/reponses/<slug:kind>/<int:object_id>/ecarter",
        answers.dismiss,
        name="dismiss",
    ),
    path(
        "besoins/<int:pk>/reponses/<slug:kind>/<int:object_id>/reprendre",
        answers.take_back,
        name="take_back",
    ),
    path("besoins/sans-reponse", board.board, name="board"),
    path("besoins/sans-reponse/groupe", board.group, name="group"),
    path("besoins/sans-reponse/export", board.export, name="export"),
    path("gestion/reponses-ecartees", knowledge.knowledge, name="knowledge"),
]
