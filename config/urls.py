"""The product's addresses. They stay: see docs/structure.md for the map."""

from django.contrib import admin
from django.urls import include, path
from django.views.i18n import set_language

urlpatterns = [
    path("", include("essaim.portal.urls")),
    path("", include("essaim.insights.urls")),
    path("", include("essaim.open_data.urls")),
    path("", include("essaim.funding.urls")),
    path("", include("essaim.calls.urls")),
    path("", include("essaim.dialogues.urls")),
    path("", include("essaim.dossiers.urls")),
    path("", include("essaim.innovators.urls")),
    path("", include("essaim.introductions.urls")),
    path("", include("essaim.peers.urls")),
    path("", include("essaim.evaluations.urls")),
    path("", include("essaim.replications.urls")),
    path("", include("essaim.scaling.urls")),
    path("", include("essaim.sponsorship.urls")),
    path("", include("essaim.harvest.urls")),
    path("", include("essaim.search.urls")),
    path("", include("essaim.matching.urls")),
    path("", include("essaim.events.urls")),
    path("", include("essaim.guide.urls")),
    path("", include("essaim.catalogue.urls")),
    path("", include("essaim.contributions.urls")),
    path("", include("essaim.kits.urls")),
    path("", include("essaim.modelling.urls")),
    path("", include("essaim.initiatives.urls")),
    path("", include("essaim.needs.urls")),
    path("", include("essaim.schemes.urls")),
    path("", include("essaim.groups.urls")),
    path("", include("essaim.territories.urls")),
    path("", include("essaim.themes.urls")),
    path("", include("essaim.following.urls")),
    path("", include("essaim.people.urls")),
    path("", include("essaim.common.urls")),
    path("compte/", include("allauth.account.urls")),
    path("compte/double-authentification/", include("allauth.mfa.urls")),
    path("compte/identites/", include("allauth.socialaccount.urls")),
    path("langue", set_language, name="set_language"),
    path("admin/", admin.site.urls),
]

handler400 = "essaim.common.views.bad_request"
handler403 = "essaim.common.views.forbidden"
handler404 = "essaim.common.views.not_found"
handler500 = "essaim.common.views.server_error"
