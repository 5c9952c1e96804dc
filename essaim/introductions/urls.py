from django.urls import path

from .views import choices, introductions, listing, useful

app_name = "introductions"
CARD = "initiatives/<slug:slug>"
ONE = "mises-en-relation/<int:pk>"
urlpatterns = [
    path(f"{CARD}/territoires-utiles", useful.territories, name="useful"),
    path(f"{CARD}/territoires-utiles.csv", useful.export, name="export"),
    path(
        f"{CARD}/territoires-utiles/<slug:kind>:<str:code>/proposer",
        useful.propose,
        name="propose",
    ),
    path(f"{CARD}/mises-en-relation", listing.of_card, name="of_card"),
    path("mises-en-relation", listing.mine, name="mine"),
    path("mises-en-relation/interets/<int:pk>", listing.of_interest, name="of_interest"),
    path("mises-en-relation/mes-choix", choices.person, name="my_choice"),
    path(ONE, introductions.detail, name="detail"),
    path(f"{ONE}/accepter", introductions.accept, name="accept"),
    path(f"{ONE}/decliner", introductions.decline, name="decline"),
    path(f"{ONE}/retirer", introductions.withdraw, name="withdraw"),
    path(f"{ONE}/echange", introductions.exchange, name="exchange"),
    path(f"{ONE}/visite", introductions.visit, name="visit"),
    path(f"{ONE}/issue", introductions.close, name="close"),
    path(f"{ONE}/ecrire", introductions.write, name="write"),
    path(f"{ONE}/noter", introductions.note, name="note"),
    path(f"{ONE}/notes/<int:note>/effacer", introductions.remove_note, name="remove_note"),
    path("organisations/<slug:slug>/propositions", choices.organisation, name="choice"),
]
