from django.urls import path

from essaim.peers.views import conclusions, holders, people, planning, readers, readings, rounds

app_name = "peers"
MANAGE = "gestion/lectures/<int:pk>"
urlpatterns = [
    # Peers
    path("lectures", readers.mine, name="readings"),
    path("lectures/profil", readers.profile, name="profile"),
    path("lectures/profil/lien", readers.add_link, name="add_link"),
    path("lectures/profil/lien/<int:pk>/retrait", readers.remove_link, name="remove_link"),
    path("lectures/invitations/<int:pk>", readers.invitation, name="invitation"),
    path("lectures/invitations/<int:pk>/refus", readers.decline_seat, name="decline_seat"),
    path("lectures/invitations/<int:pk>/retrait", readers.leave, name="leave"),
    path("lectures/invitations/<int:pk>/message", readers.write, name="write"),
    path("lectures/<int:pk>", readings.reading, name="reading"),
    path("lectures/<int:pk>/refus", readings.decline, name="decline"),
    path("lectures/<int:pk>/discussion", readings.discussion, name="discussion"),
    # Holders
    path("lectures/retours/<int:pk>", holders.feedback, name="feedback"),
    path("lectures/retours/<int:pk>/recusation", holders.object_to, name="object"),
    path(
        "lectures/retours/<int:pk>/recusation/<int:conflict>/retrait",
        holders.withdraw_objection,
        name="withdraw_objection",
    ),
    # Managers
    path("gestion/lectures", rounds.listing, name="rounds"),
    path("gestion/lectures/nouvelle", rounds.new, name="new"),
    path(MANAGE, rounds.detail, name="round"),
    path(f"{MANAGE}/etape/<str:step>", rounds.step, name="step"),
    path(f"{MANAGE}/reglages", rounds.settings, name="settings"),
    path(f"{MANAGE}/colleges/<str:kind>", rounds.college, name="college"),
    path(f"{MANAGE}/abandon", rounds.abandon, name="abandon"),
    path(f"{MANAGE}/objets/fiche", rounds.add_card, name="add_card"),
    path(f"{MANAGE}/objets/texte", rounds.add_text, name="add_text"),
    path(f"{MANAGE}/objets/<int:item>", rounds.item, name="item"),
    path(f"{MANAGE}/objets/<int:item>/retrait", rounds.remove_item, name="remove_item"),
    path(f"{MANAGE}/objets/<int:item>/conflit", rounds.add_conflict, name="add_conflict"),
    path(
        f"{MANAGE}/objets/<int:item>/conflit/<int:conflict>/retrait",
        rounds.remove_conflict,
        name="remove_conflict",
    ),
    path(f"{MANAGE}/pairs", people.listing, name="people"),
    path(f"{MANAGE}/pairs/inviter", people.invite, name="invite"),
    path(f"{MANAGE}/pairs/adresses", people.invite_addresses, name="invite_addresses"),
    path(f"{MANAGE}/pairs/<int:seat>", people.seat, name="seat"),
    path(f"{MANAGE}/pairs/<int:seat>/annulation", people.cancel, name="cancel_seat"),
    path(f"{MANAGE}/pairs/<int:seat>/rappel", people.remind, name="remind"),
    path(f"{MANAGE}/affectation", planning.assign, name="assign"),
    path(f"{MANAGE}/affectation/<int:plan>", planning.plan, name="plan"),
    path(f"{MANAGE}/affectation/<int:plan>/avancement", planning.progress, name="progress"),
    path(f"{MANAGE}/affectation/<int:plan>/confirmation", planning.confirm, name="confirm_plan"),
    path(f"{MANAGE}/suivi", planning.follow, name="follow"),
    path(f"{MANAGE}/suivi/remplacement", planning.replace, name="replace"),
    path(f"{MANAGE}/suivi/ajout", planning.by_hand, name="by_hand"),
    path(f"{MANAGE}/suivi/<int:reading>/retrait", planning.take_back, name="take_back"),
    path(f"{MANAGE}/suivi/<int:reading>/delai", planning.extend, name="extend"),
    path(f"{MANAGE}/resultats", conclusions.results, name="results"),
    path(f"{MANAGE}/resultats.<str:kind>", conclusions.export, name="export"),
    path(f"{MANAGE}/resultats/<int:item>", conclusions.item_results, name="item_results"),
    path(f"{MANAGE}/resultats/<int:item>/message", conclusions.discuss, name="discuss"),
    path(f"{MANAGE}/resultats/<int:item>/retour", conclusions.conclusion, name="conclusion"),
    path(f"{MANAGE}/resultats/<int:item>/envoi", conclusions.share, name="share"),
    path(f"{MANAGE}/resultats/<int:item>/conclusion", conclusions.conclude, name="conclude"),
]
