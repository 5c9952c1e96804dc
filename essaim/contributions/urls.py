from django.urls import path

from essaim.contributions.views import decisions, interest, moderation, proposals, questions

app_name = "contributions"
CARD = "initiatives/<slug:slug>"
urlpatterns = [
    # Proposals: writing them, deciding of them, and who brought what.
    path(f"{CARD}/proposer", proposals.choose, name="choose"),
    path(f"{CARD}/proposer/<slug:section>", proposals.propose, name="propose"),
    path(f"{CARD}/proposer/en-bref/<slug:kind>", proposals.propose_short, name="propose_short"),
    path(f"{CARD}/propositions", decisions.listing, name="proposals"),
    path(f"{CARD}/propositions/<int:pk>", decisions.detail, name="proposal"),
    path(f"{CARD}/propositions/<int:pk>/modifier", proposals.change, name="change_proposal"),
    path(f"{CARD}/propositions/<int:pk>/accepter", decisions.accept, name="accept"),
    path(f"{CARD}/propositions/<int:pk>/reprendre", decisions.amend, name="amend"),
    path(f"{CARD}/propositions/<int:pk>/decliner", decisions.decline, name="decline"),
    path(f"{CARD}/propositions/<int:pk>/retirer", decisions.withdraw, name="withdraw"),
    path(f"{CARD}/contributions", decisions.credits, name="credits"),
    # Questions.
    path(f"{CARD}/discussion", questions.discussion, name="discussion"),
    path(f"{CARD}/discussion/<int:pk>", questions.detail, name="question"),
    path(f"{CARD}/discussion/<int:pk>/corriger", questions.correct, name="correct_question"),
    path(f"{CARD}/discussion/<int:pk>/retirer", questions.take_back, name="take_back_question"),
    path(
        f"{CARD}/discussion/reponses/<int:pk>/corriger",
        questions.correct_answer,
        name="correct_answer",
    ),
    path(
        f"{CARD}/discussion/reponses/<int:pk>/retirer",
        questions.take_back_answer,
        name="take_back_answer",
    ),
    path(f"{CARD}/discussion/reponses/<int:pk>/utile", questions.useful, name="useful"),
    path(f"{CARD}/discussion/reponses/<int:pk>/ajouter", proposals.from_answer, name="from_answer"),
    # Interest.
    path(f"{CARD}/interesse", interest.interested, name="interest"),
    path(f"{CARD}/interesse/<int:pk>/retirer", interest.close, name="close_interest"),
    path(f"{CARD}/interets", interest.listing, name="interests"),
    path(f"{CARD}/interets/<int:pk>/contact", interest.contact, name="contact"),
    # Abuse.
    path(f"{CARD}/signaler/<slug:kind>/<int:pk>", moderation.report, name="report"),
    path("moderation/<int:pk>", moderation.moderated, name="moderated"),
    path("gestion/signalements", moderation.listing, name="cases"),
    path("gestion/signalements/<int:pk>", moderation.case, name="case"),
    path("gestion/signalements/<int:pk>/recours", moderation.decide_appeal, name="decide_appeal"),
    # One's own.
    path("mes-contributions", decisions.mine, name="mine"),
]
