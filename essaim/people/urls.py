from django.urls import path

from essaim.people.views import account, audit, organisations

app_name = "people"
urlpatterns = [
    path("compte/profil", account.profile, name="profile"),
    path("gestion/journal", audit.journal, name="audit"),
    path("organisations", organisations.listing, name="organisations"),
    path("organisations/nouvelle", organisations.create, name="create_organisation"),
    path("organisations/<slug:slug>", organisations.detail, name="organisation"),
    path("organisations/<slug:slug>/modifier", organisations.change, name="change_organisation"),
]
