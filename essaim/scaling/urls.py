from django.urls import path

from essaim.scaling.views import diagnosis, simulator

app_name = "scaling"
DIAGNOSIS = "initiatives/<slug:slug>/diagnostic"
urlpatterns = [
    path("diagnostic", simulator.simulator, name="simulator"),
    path(DIAGNOSIS, diagnosis.overview, name="diagnoses"),
    path(f"{DIAGNOSIS}/commencer", diagnosis.start, name="start"),
    path(f"{DIAGNOSIS}/abandonner", diagnosis.discard, name="discard"),
    path(f"{DIAGNOSIS}/conclusion", diagnosis.conclude, name="conclude"),
    path(f"{DIAGNOSIS}/<int:pk>", diagnosis.diagnosis, name="diagnosis"),
    path(f"{DIAGNOSIS}/question/<slug:key>", diagnosis.question, name="question"),
]
