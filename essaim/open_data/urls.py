from django.urls import path, re_path

from essaim.open_data.api.main import api
from essaim.open_data.views import data, docs, feeds, keys, widgets

app_name = "open_data"
KEYS = "compte/jetons"
urlpatterns = [
    path("api", docs.index, name="api_index"),
    path("api/v1/docs", docs.docs, name="docs"),
    path("api/v1/openapi.json", docs.openapi, name="openapi"),
    path("api/v1/", api.urls),
    path(KEYS, keys.index, name="keys"),
    path(f"{KEYS}/nouveau", keys.new_token, name="new_token"),
    path(f"{KEYS}/<int:pk>/revoquer", keys.revoke, name="revoke"),
    path(f"{KEYS}/webhooks/nouveau", keys.new_subscription, name="new_subscription"),
    path(f"{KEYS}/webhooks/<int:pk>", keys.subscription, name="subscription"),
    re_path(
        rf"^{KEYS}/webhooks/(?P<pk>[0-9]+)/(?P<act>pause|resume|renew|remove)$",
        keys.change,
        name="change_subscription",
    ),
    path(f"{KEYS}/webhooks/<int:pk>/<int:delivery>/renvoyer", keys.replay, name="replay"),
    path("donnees", data.index, name="data"),
    path("donnees/manifeste.json", data.manifest, name="manifest"),
    re_path(r"^donnees/fichiers/(?P<name>[\w.-]+)$", data.file, name="file"),
    path("schemas/tables/<slug:name>.json", data.schema, name="schema"),
    path("schemas/tables/<slug:name>", data.schema_page, name="schema_page"),
    path("flux/initiatives.atom", feeds.initiatives, name="feed_initiatives"),
    path("flux/besoins.atom", feeds.needs, name="feed_needs"),
    path("flux/reprises.atom", feeds.replications, name="feed_replications"),
    path("flux/constats.atom", feeds.findings, name="feed_findings"),
    path("flux/themes/<slug:slug>.atom", feeds.theme, name="feed_theme"),
    path("flux/themes/<slug:slug>/lettre", feeds.letter, name="letter"),
    path("flux/territoires/<slug:kind>:<slug:code>.atom", feeds.territory, name="feed_territory"),
    path("sitemap.xml", feeds.sitemap, name="sitemap"),
    path("sitemap-<slug:kind>-<int:band>.xml", feeds.sitemap_file, name="sitemap_file"),
    path("robots.txt", feeds.robots, name="robots"),
    path("widget/initiatives", widgets.initiatives, name="widget_initiatives"),
    path("widget/appels", widgets.calls, name="widget_calls"),
    path("widget/reprises/<slug:slug>", widgets.replications, name="widget_replications"),
    path("widget/essaim.js", widgets.script, name="widget_script"),
]
