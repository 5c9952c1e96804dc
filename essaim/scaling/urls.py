from django.urls import path

from essaim.scaling.views import diagnosis, profile, simulator, strategy, used

app_name = "scaling"
DIAGNOSIS = "initiatives/<slug:slug>/diagnostic"
PROFILE = "initiatives/<slug:slug>/profil"
STRATEGY = "initiatives/<slug:slug>/strategie"
urlpatterns = [
    path("diagnostic", simulator.simulator, name="simulator"),
    path(DIAGNOSIS, diagnosis.overview, name="diagnoses"),
    path(f"{DIAGNOSIS}/commencer", diagnosis.start, name="start"),
    path(f"{DIAGNOSIS}/abandonner", diagnosis.discard, name="discard"),
    path(f"{DIAGNOSIS}/conclusion", diagnosis.conclude, name="conclude"),
    path(f"{DIAGNOSIS}/<int:pk>", diagnosis.diagnosis, name="diagnosis"),
    path(f"{DIAGNOSIS}/question/<slug:key>", diagnosis.question, name="question"),
    path(PROFILE, profile.profile, name="profile"),
    path(f"{PROFILE}/repondre", profile.answer, name="answer_profile"),
    path(STRATEGY, strategy.strategies, name="strategies"),
    path(f"{STRATEGY}/nouvelle", strategy.new, name="new_strategy"),
    path(f"{STRATEGY}/<int:pk>", strategy.strategy, name="strategy"),
    path(f"{STRATEGY}/<int:pk>/modifier", strategy.edit, name="edit_strategy"),
    path(f"{STRATEGY}/<int:pk>/choisir", strategy.choose, name="choose_strategy"),
    path(f"{STRATEGY}/<int:pk>/retirer", strategy.withdraw, name="withdraw_strategy"),
    path("initiatives/<slug:slug>/dispositifs", used.schemes_used, name="schemes_used"),
    path(
        "initiatives/<slug:slug>/dispositifs/<int:pk>/retirer",
        used.forget_scheme,
        name="forget_scheme",
    ),
    path("strategies", strategy.models, name="models"),
    path("strategies/<slug:key>", strategy.model, name="model"),
    path("gestion/strategies/<slug:objective>/<slug:model>", strategy.cell, name="cell"),
]
