from django.urls import path

from . import views

app_name = "territories"
urlpatterns = [
    path("territoires", views.entry, name="entry"),
    path("territoires/recherche", views.search, name="search"),
    path("territoires/zonages/<slug:slug>", views.zoning, name="zoning"),
    path("territoires/<slug:kind>:<str:code>", views.detail, name="detail"),
    path("gestion/zonages", views.zonings, name="zonings"),
    path("gestion/zonages/<int:pk>", views.zoning_draft, name="zoning_draft"),
    path("gestion/zonages/<int:pk>/charger", views.confirm_zoning, name="confirm_zoning"),
    path("gestion/zonages/<int:pk>/abandonner", views.discard_zoning, name="discard_zoning"),
]
