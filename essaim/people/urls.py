from django.urls import path

from essaim.people import views

app_name = "people"
urlpatterns = [
    path("compte/profil", views.profile, name="profile"),
    path("organisations", views.organisations, name="organisations"),
    path("organisations/nouvelle", views.create_organisation, name="create_organisation"),
    path("organisations/<slug:slug>", views.organisation, name="organisation"),
    path(
        "organisations/<slug:slug>/modifier", views.change_organisation, name="change_organisation"
    ),
]
