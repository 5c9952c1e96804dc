from django.urls import path

from essaim.replications.views import adapting, network, news, sites

app_name = "replications"
CARD, SITE = "initiatives/<slug:slug>/reprises", "reprises/<int:pk>"
urlpatterns = [
    path("reprises", sites.replications, name="replications"),
    path("reprises/les-miennes", sites.mine, name="mine"),
    path(CARD, network.network, name="network"),
    path(f"{CARD}/declarer", sites.declare, name="declare"),
    path(f"{CARD}/poids", network.weights, name="weights"),
    path(f"{CARD}/besoin", network.estimate, name="estimate"),
    path(f"{CARD}/besoin/<int:pk>/retirer", network.forget_estimate, name="forget_estimate"),
    path(f"{CARD}/couts", network.propose_costs, name="propose_costs"),
    path(f"{CARD}/texte", network.text, name="text"),
    path(f"{CARD}/texte/retirer", network.withdraw_text, name="withdraw_text"),
    path(SITE, sites.replication, name="replication"),
    path(f"{SITE}/accord/<slug:side>", sites.agree, name="agree"),
    path(f"{SITE}/etape/<slug:state>", sites.advance, name="advance"),
    path(f"{SITE}/arreter", sites.stop, name="stop"),
    path(f"{SITE}/prevu", sites.plan, name="plan"),
    path(f"{SITE}/jalons", sites.add_milestone, name="add_milestone"),
    path(f"{SITE}/jalons/<int:number>/atteint", sites.reach_milestone, name="reach_milestone"),
    path(f"{SITE}/adaptations", adapting.log, name="log"),
    path(f"{SITE}/adaptations/ajouter", adapting.record, name="record"),
    path(f"{SITE}/adaptations/<int:number>/effet", adapting.effect, name="effect"),
    path(f"{SITE}/adaptations/<int:number>/fin", adapting.end, name="end_adaptation"),
    path(f"{SITE}/adaptations/<int:number>/proposer", adapting.propose, name="propose"),
    path(f"{SITE}/coeur", adapting.core, name="core"),
    path(f"{SITE}/lecon", adapting.lesson, name="lesson"),
    path(f"{SITE}/nouvelles", news.reports, name="reports"),
    path(f"{SITE}/nouvelles/<int:year>-T<int:quarter>", news.report, name="report"),
    path(f"{SITE}/objectifs", news.targets, name="targets"),
    path(f"{SITE}/resultats", news.publish, name="publish"),
    path("reprises/nouvelles/<str:token>", news.report_link, name="report_link"),
    path(f"{SITE}/obstacles", network.add_obstacle, name="add_obstacle"),
    path(f"{SITE}/obstacles/<int:number>/leve", network.lift_obstacle, name="lift_obstacle"),
    path(f"{SITE}/pair", network.peer, name="peer"),
    path(f"{SITE}/pair/retirer", network.remove_peer, name="remove_peer"),
    path(f"{SITE}/mentor", network.ask_mentor, name="ask_mentor"),
    path(f"{SITE}/conseil", network.advice, name="advice"),
    path("reprises/accompagnements/<int:pk>", network.mentorship, name="mentorship"),
]
