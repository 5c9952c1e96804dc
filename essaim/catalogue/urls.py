from django.urls import path

from essaim.catalogue import views

app_name = "catalogue"
urlpatterns = [
    path("catalogue", views.page, name="catalogue"),
    path("catalogue.pdf", views.document, name="document"),
    path("catalogue/export", views.export, name="export"),
    path("catalogue/editions", views.ask, name="ask"),
    path("catalogue/editions/<uuid:key>", views.edition, name="edition"),
    path("catalogue/editions/<uuid:key>/avancement", views.progress, name="progress"),
]
