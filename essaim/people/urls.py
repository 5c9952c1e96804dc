from django.urls import path

from essaim.people.views import account, identity, organisations, rights, sessions

app_name = "people"
urlpatterns = [
    path("compte/profil", account.profile, name="profile"),
    path("compte/proconnect/", identity.login, name="openid_login"),
    path("compte/proconnect/retour", identity.callback, name="openid_callback"),
    path("compte/proconnect/deconnexion", identity.logout, name="openid_logout"),
    path("compte/proconnect/deconnecte", identity.logged_out, name="openid_logged_out"),
    path("compte/proconnect/organisation", identity.organisation, name="openid_organisation"),
    path("compte/sessions/", sessions.listing, name="sessions"),
    path("compte/sessions/<int:pk>/fin", sessions.end, name="end_session"),
    path("compte/sessions/fin", sessions.end_others, name="end_other_sessions"),
    path("compte/mes-donnees", rights.my_data, name="my_data"),
    path("compte/mes-donnees/archive", rights.take_away, name="take_data_away"),
    path("compte/supprimer", rights.delete, name="delete_account"),
    path("conditions", rights.terms, name="terms"),
    path("compte/accords/<slug:kind>/retrait", rights.withdraw, name="withdraw_consent"),
    path("organisations", organisations.listing, name="organisations"),
    path("organisations/nouvelle", organisations.create, name="create_organisation"),
    path("organisations/<slug:slug>", organisations.detail, name="organisation"),
    path("organisations/<slug:slug>/modifier", organisations.change, name="change_organisation"),
]
