from django.urls import path

from essaim.insights.views import forecasts, funders, national, reports, territories

app_name = "insights"
HERE = "tableau-de-bord"
urlpatterns = [
    path(HERE, national.dashboard, name="dashboard"),
    path(f"{HERE}.csv", national.export, name="export"),
    path(f"{HERE}/recalculer", national.recompute, name="recompute"),
    path(f"{HERE}/lignes/<slug:key>", national.rows, name="rows"),
    path(f"{HERE}/lignes/<slug:key>.csv", national.rows_export, name="rows_export"),
    path(f"{HERE}/financeur/<slug:slug>", funders.funder, name="funder"),
    path(f"{HERE}/territoire/<slug:kind>:<str:code>", territories.territory, name="territory"),
    path(f"{HERE}/rapports", reports.reports, name="reports"),
    path(f"{HERE}/rapports/preparer", reports.prepare, name="prepare_report"),
    path(f"{HERE}/rapports/<int:year>", reports.report, name="report"),
    path(f"{HERE}/rapports/<int:year>.pdf", reports.document, name="report_pdf"),
    path(f"{HERE}/rapports/<int:year>/modifier", reports.edit, name="edit_report"),
    path(f"{HERE}/rapports/<int:year>/chiffres", reports.refresh, name="refresh_report"),
    path(f"{HERE}/rapports/<int:year>/publier", reports.publish, name="publish_report"),
    path(f"{HERE}/rapports/<int:year>/reprendre", reports.take_back, name="take_back_report"),
    path("initiatives/<slug:slug>/reprises/prevision", forecasts.forecast, name="forecast"),
]
