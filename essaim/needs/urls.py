from django.urls import path

from essaim.needs.views import joinings, needs

app_name = "needs"
urlpatterns = [
    path("besoins", needs.needs, name="list"),
    path("besoins/export", needs.export, name="export"),
    path("besoins/nouveau", needs.new, name="new"),
    path("besoins/semblables", needs.similar, name="similar"),
    path("besoins/<int:pk>", needs.detail, name="detail"),
    path("besoins/<int:pk>/modifier", needs.edit, name="edit"),
    path("besoins/<int:pk>/retirer", needs.withdraw, name="withdraw"),
    path("besoins/<int:pk>/resolu", needs.answer, name="answer"),
    path("besoins/<int:pk>/rouvrir", needs.reopen, name="reopen"),
    path("besoins/<int:pk>/rejoindre", joinings.ask, name="join"),
    path("besoins/<int:pk>/quitter-le-groupe", joinings.leave, name="leave_group"),
    path("besoins/demandes/<int:pk>", joinings.joining, name="joining"),
    path("besoins/demandes/<int:pk>/decliner", joinings.decline, name="decline"),
    path("besoins/demandes/<int:pk>/retirer", joinings.take_back, name="take_back"),
]
