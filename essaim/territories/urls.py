from django.urls import path

from .views import indicators, places, similar

app_name = "territories"
urlpatterns = [
    path("territoires", places.entry, name="entry"),
    path("territoires/recherche", places.search, name="search"),
    path("territoires/zonages/<slug:slug>", places.zoning, name="zoning"),
    path("territoires/<slug:kind>:<str:code>/semblables", similar.similar, name="similar"),
    path("territoires/<slug:kind>:<str:code>", places.detail, name="detail"),
    path("gestion/zonages", places.zonings, name="zonings"),
    path("gestion/zonages/<int:pk>", places.zoning_draft, name="zoning_draft"),
    path("gestion/zonages/<int:pk>/charger", places.confirm_zoning, name="confirm_zoning"),
    path("gestion/zonages/<int:pk>/abandonner", places.discard_zoning, name="discard_zoning"),
    path("gestion/indicateurs", indicators.listing, name="indicators"),
    path("gestion/indicateurs/<int:pk>", indicators.indicator, name="indicator"),
    path("gestion/indicateurs/fichiers/<int:pk>", indicators.detail, name="indicator_import"),
    path(
        "gestion/indicateurs/fichiers/<int:pk>/avancement",
        indicators.progress,
        name="indicator_progress",
    ),
    path(
        "gestion/indicateurs/fichiers/<int:pk>/charger",
        indicators.confirm,
        name="confirm_indicators",
    ),
    path(
        "gestion/indicateurs/fichiers/<int:pk>/abandonner",
        indicators.cancel,
        name="cancel_indicators",
    ),
    path(
        "gestion/indicateurs/fichiers/<int:pk>/remarques",
        indicators.issues_file,
        name="indicator_issues",
    ),
]
