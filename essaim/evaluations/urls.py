from django.urls import path

from essaim.evaluations.views import conclusion, costs, data, pages, plans, proof, report, results

app_name = "evaluations"
urlpatterns = [
    path("initiatives/<slug:slug>/preuves", proof.proof, name="proof"),
    path("initiatives/<slug:slug>/preuves/auto-evaluation", plans.create, name="create"),
    path("evaluations", pages.mine, name="mine"),
    path("evaluations/<int:pk>", pages.evaluation, name="evaluation"),
    path("evaluations/<int:pk>/plan/<slug:name>", plans.section, name="section"),
    path("evaluations/<int:pk>/tirage", plans.draw, name="draw"),
    path("evaluations/<int:pk>/tirage.csv", plans.draw_file, name="draw_file"),
    path("evaluations/<int:pk>/figer", plans.freeze, name="freeze"),
    path("evaluations/<int:pk>/arreter", plans.abandon, name="abandon"),
    path("evaluations/<int:pk>/equipe", pages.team, name="team"),
    path("evaluations/<int:pk>/equipe/<int:member>", pages.leave_team, name="leave_team"),
    path("evaluations/<int:pk>/protection", data.statement, name="statement"),
    path("evaluations/<int:pk>/donnees", data.data, name="data"),
    path("evaluations/<int:pk>/donnees/saisie", data.typing, name="typing"),
    path("evaluations/<int:pk>/donnees/<int:number>", data.columns, name="columns"),
    path("evaluations/<int:pk>/donnees/<int:number>/effacer", data.discard, name="discard"),
    path("evaluations/<int:pk>/analyse", results.analysis, name="analysis"),
    path("evaluations/<int:pk>/analyse/avancement", results.progress, name="progress"),
    path("evaluations/<int:pk>/rapport.pdf", report.pdf, name="report"),
    path("evaluations/<int:pk>/reproduire.zip", report.archive, name="archive"),
    path("evaluations/<int:pk>/couts-evites", costs.costs, name="costs"),
    path("evaluations/<int:pk>/conclure", conclusion.conclude, name="conclude"),
    path("evaluations/<int:pk>/corriger", conclusion.reopen, name="reopen"),
    path("evaluations/<int:pk>/retirer", conclusion.withdraw, name="withdraw"),
]
