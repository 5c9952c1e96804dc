from django.urls import path

from essaim.portal import views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("mon-espace", views.workspace, name="workspace"),
    path("plan-du-site", views.site_map, name="site_map"),
    path("accessibilite", views.accessibility, name="accessibility"),
    path("mentions-legales", views.legal_notice, name="legal_notice"),
    path("confidentialite", views.privacy, name="privacy"),
    path("gestion", views.management, name="management"),
]
