from django.urls import path

from .views import campaigns, dialogues, follow_up, training

app_name = "dialogues"
ROUND = "dialogue/campagnes/<int:pk>"
ONE = "dialogue/<int:pk>"
PRACTICE = "dialogue/pratiques/<int:pk>"
CARD = "initiatives/<slug:slug>/formations"
urlpatterns = [
    path("dialogue", campaigns.mine, name="mine"),
    path("dialogue/nouvelle-campagne", campaigns.new, name="new"),
    path(ROUND, campaigns.campaign, name="campaign"),
    path(f"{ROUND}/modifier", campaigns.edit, name="edit"),
    path(f"{ROUND}/ouvrir", campaigns.open_, name="open"),
    path(f"{ROUND}/clore", campaigns.close, name="close"),
    path(f"{ROUND}/suivante", campaigns.copy, name="copy"),
    path(f"{ROUND}/animation", campaigns.runners, name="runners"),
    path(f"{ROUND}/territoires", campaigns.add_territories, name="add_territories"),
    path(f"{ROUND}/relever", campaigns.take_findings, name="take_findings"),
    path(f"{ROUND}/indicateurs", campaigns.add_indicator, name="add_indicator"),
    path(f"{ROUND}/indicateurs/<int:row>", campaigns.indicator, name="indicator"),
    path(f"{ROUND}/indicateurs/<int:row>/retirer", campaigns.remove_indicator, name="remove_indicator"),
    path(f"{ROUND}/indicateurs/<int:row>/chiffres", campaigns.figures, name="figures"),
    path(ONE, dialogues.dialogue, name="dialogue"),
    path(f"{ONE}/responsables", dialogues.managers, name="managers"),
    path(f"{ONE}/responsables/<int:row>/retirer", dialogues.remove_manager, name="remove_manager"),
    path(f"{ONE}/retirer", dialogues.remove, name="remove"),
    path(f"{ONE}/successeur", dialogues.successor, name="successor"),
    path(f"{ONE}/pratiques", dialogues.practices, name="practices"),
    path(f"{ONE}/pratiques/<slug:slug>", dialogues.propose, name="propose"),
    path(f"{ONE}/envoyer", dialogues.send, name="send"),
    path(f"{ONE}/reunion", dialogues.meeting, name="meeting"),
    path(f"{ONE}/compte-rendu", dialogues.notes, name="notes"),
    path(f"{ONE}/mot-du-territoire", dialogues.words, name="words"),
    path(f"{ONE}/conclure", dialogues.conclude, name="conclude"),
    path(f"{ONE}/terminer", dialogues.end, name="end"),
    path(f"{ONE}/transfert-d-innovations.pdf", dialogues.contract, {"form": "pdf"}, name="contract_pdf"),
    path(f"{ONE}/transfert-d-innovations.txt", dialogues.contract, {"form": "txt"}, name="contract_text"),
    path(f"{PRACTICE}/choix", dialogues.choose, name="choose"),
    path(f"{PRACTICE}/retirer", dialogues.withdraw, name="withdraw"),
    path(f"{PRACTICE}/etapes", follow_up.add_step, name="add_step"),
    path("dialogue/etapes/<int:pk>/retirer", follow_up.remove_step, name="remove_step"),
    path("dialogue/etapes/<int:pk>/faite", follow_up.mark_step, {"state": "faite"}, name="step_done"),
    path("dialogue/etapes/<int:pk>/a-faire", follow_up.mark_step, {"state": "a-faire"}, name="step_undone"),
    path(f"{PRACTICE}/aide", follow_up.add_helper, name="add_helper"),
    path("dialogue/aide/<int:pk>/retirer", follow_up.remove_helper, name="remove_helper"),
    path(f"{PRACTICE}/constats", follow_up.add_check, name="add_check"),
    path("dialogue/constats/<int:pk>", follow_up.note_check, name="note_check"),
    path("dialogue/constats/<int:pk>/retirer", follow_up.remove_check, name="remove_check"),
    path(CARD, training.training, name="training"),
    path(f"{CARD}/nouveau", training.add_module, name="add_module"),
    path("dialogue/formations/<int:pk>/retirer", training.remove_module, name="remove_module"),
    path("dialogue/formations/<int:pk>/sessions", training.add_session, name="add_session"),
    path("dialogue/sessions/<int:pk>/annuler", training.cancel_session, name="cancel_session"),
]  # fmt: skip
