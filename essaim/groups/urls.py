from django.urls import path

from .views import groups, members, stewards

app_name = "groups"
urlpatterns = [
    path("groupes", groups.listing, name="list"),
    path("groupes/export", groups.export, name="export"),
    path("groupes/nouveau", groups.new, name="new"),
    path("groupes/<slug:code>", groups.detail, name="detail"),
    path("groupes/<slug:code>/modifier", groups.edit, name="edit"),
    path("groupes/<slug:code>/terminer", groups.end, name="end"),
    path("groupes/<slug:code>/comparaison.csv", groups.table, name="table"),
    path("groupes/<slug:code>/inviter", members.invite, name="invite"),
    path("groupes/<slug:code>/territoires/<int:pk>/accepter", members.accept, name="accept"),
    path("groupes/<slug:code>/territoires/<int:pk>/decliner", members.decline, name="decline"),
    path("groupes/<slug:code>/territoires/<int:pk>/retirer", members.cancel, name="cancel"),
    path("groupes/<slug:code>/territoires/<int:pk>/quitter", members.leave, name="leave"),
    path("groupes/<slug:code>/animateurs", stewards.stewards, name="stewards"),
    path("groupes/<slug:code>/animateurs/<int:pk>/retirer", stewards.remove, name="remove"),
    path("groupes/<slug:code>/animateurs/<int:pk>/porte-parole", stewards.speak, name="speak"),
]
