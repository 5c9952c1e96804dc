from django.urls import path

from .views import coordinators, directory, management, profiles, requests

app_name = "sponsorship"
urlpatterns = [
    path("parrains", directory.directory, name="directory"),
    path("parrains/<int:pk>", directory.sponsor, name="sponsor"),
    path("parrains/savoirs", directory.lessons, name="lessons"),
    path("parrains/mon-profil", profiles.mine, name="mine"),
    path("parrains/mon-profil/modifier", profiles.edit, name="edit"),
    path("parrains/mon-profil/absences", profiles.leave, name="leave"),
    path("parrains/mon-profil/accord/demander", profiles.ask_agreement, name="ask_agreement"),
    path(
        "parrains/mon-profil/accord/declarer",
        profiles.declare_agreement,
        name="declare_agreement",
    ),
    path("parrains/mon-profil/attestation", profiles.attestation, name="attestation"),
    path("parrains/<int:pk>/accord", profiles.agreement, name="agreement"),
    path("parrains/demander", requests.ask, name="ask"),
    path("parrains/demandes", requests.listing, name="requests"),
    path("parrains/demandes/<int:pk>", requests.detail, name="request"),
    path("parrains/demandes/<int:pk>/prendre", requests.take_up, name="take_up"),
    path("parrains/demandes/<int:pk>/passer", requests.decline, name="decline"),
    path(
        "parrains/demandes/<int:pk>/adresser/<int:proposal>",
        requests.put_to_another,
        name="put_to_another",
    ),
    path("parrains/demandes/<int:pk>/conseil", requests.advise, name="advise"),
    path("parrains/demandes/<int:pk>/calendrier", requests.add_step, name="add_step"),
    path(
        "parrains/demandes/<int:pk>/calendrier/<int:step>/retirer",
        requests.remove_step,
        name="remove_step",
    ),
    path(
        "parrains/demandes/<int:pk>/calendrier/<int:step>/fait",
        requests.tick_step,
        name="tick_step",
    ),
    path("parrains/demandes/<int:pk>/resultat", requests.end, name="end"),
    path("parrains/demandes/<int:pk>/retirer", requests.withdraw, name="withdraw"),
    path("parrains/demandes/<int:pk>/chercher", management.look_again, name="look_again"),
    path("gestion/parrains", management.listing, name="manage"),
    path("gestion/parrains/coordinateurs", coordinators.listing, name="coordinators"),
    path(
        "gestion/parrains/coordinateurs/<int:pk>/retirer",
        coordinators.dismiss,
        name="dismiss_coordinator",
    ),
    path("gestion/parrains/<int:pk>/confier", management.reassign, name="reassign"),
]
