from django.urls import path

from essaim.funding.views import money, options, pilot, pools

app_name = "funding"
POOL = "subventions/<slug:slug>"
OPTION = f"{POOL}/options/<int:pk>"
urlpatterns = [
    path("subventions", pools.pools, name="pools"),
    path("subventions/export.<str:kind>", pools.export, name="export"),
    path("initiatives/<slug:slug>/subvention", pools.of_card, name="of_card"),
    path("initiatives/<slug:slug>/subvention/former", pools.form_pool, name="form"),
    path("organisations/<slug:slug>/signatures", options.four_eyes, name="four_eyes"),
    path(POOL, pools.pool, name="pool"),
    path(f"{POOL}/modifier", pools.change, name="change"),
    path(f"{POOL}/accord", pools.agree, name="agree"),
    path(f"{POOL}/ouvrir", pools.open_pool, name="open"),
    path(f"{POOL}/invitations", pools.invite, name="invite"),
    path(
        f"{POOL}/invitations/<int:pk>/retirer", pools.withdraw_invitation, name="withdraw_invitation"
    ),
    path(f"{POOL}/reunions", pools.meeting, name="meeting"),
    path(f"{POOL}/pilote", pools.start_pilot, name="start_pilot"),
    path(f"{POOL}/clore", pools.close, name="close"),
    path(f"{POOL}/abandonner", pools.abandon, name="abandon"),
    path(f"{POOL}/suivi", pilot.follow, name="follow"),
    path(f"{POOL}/rapport", pilot.report, name="report"),
    path(f"{POOL}/rapports/<int:pk>/commenter", pilot.comment, name="comment"),
    path(f"{POOL}/examen", pilot.start_review, name="start_review"),
    path(f"{POOL}/avis", pilot.opinion, name="opinion"),
    path(f"{POOL}/deport", pilot.recuse, name="recuse"),
    path(f"{POOL}/constat", pilot.publish, name="publish"),
    path(f"{POOL}/nouvelle-periode", pilot.pilot_again, name="pilot_again"),
    path(f"{POOL}/notes", pilot.notes, name="notes"),
    path(f"{POOL}/notes/<int:pk>/effacer", pilot.delete_note, name="delete_note"),
    path(f"{POOL}/registre", money.ledger, name="ledger"),
    path(f"{POOL}/registre.<str:kind>", money.ledger_export, name="ledger_export"),
    path(f"{POOL}/subventions-scdl.csv", money.scdl, name="scdl"),
    path(f"{POOL}/option", options.pledge, name="pledge"),
    path(OPTION, options.option, name="option"),
    path(f"{OPTION}/option.pdf", options.document, name="document"),
    path(f"{OPTION}/signer", options.sign, name="sign"),
    path(f"{OPTION}/reduire", options.reduce_option, name="reduce"),
    path(f"{OPTION}/retirer", options.withdraw, name="withdraw"),
    path(f"{OPTION}/decliner", options.decline, name="decline"),
    path(f"{OPTION}/confirmer", options.confirm, name="confirm"),
    path(f"{OPTION}/repreneur", options.adopter, name="adopter"),
    path(f"{OPTION}/acte", money.act_form, name="act"),
    path(f"{OPTION}/actes/<int:number>", money.act_file, name="act_file"),
    path(f"{OPTION}/versements", money.plan, name="plan"),
    path(f"{OPTION}/versements/<int:number>/atteint", money.reach, name="reach"),
    path(f"{OPTION}/versements/<int:number>/demander", money.ask, name="ask"),
    path(f"{OPTION}/versements/<int:number>/verser", money.pay, name="pay"),
    path(f"{OPTION}/reversement", money.recover, name="recover"),
]
