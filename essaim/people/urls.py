from django.urls import path

from essaim.people.views import (
    account,
    audit,
    identity,
    joining,
    memberships,
    merging,
    networks,
    organisations,
    rights,
    sessions,
)

app_name = "people"
ORGANISATION = "organisations/<slug:slug>"
urlpatterns = [
    path("compte/profil", account.profile, name="profile"),
    path("compte/organisation", memberships.choose_current, name="choose_current"),
    path("gestion/journal", audit.journal, name="audit"),
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
    path("compte/mes-donnees/archive/<int:pk>", rights.download, name="download_archive"),
    path("compte/supprimer", rights.delete, name="delete_account"),
    path("conditions", rights.terms, name="terms"),
    path("compte/accords/<slug:kind>/retrait", rights.withdraw, name="withdraw_consent"),
    path("organisations", organisations.listing, name="organisations"),
    path("organisations/export", organisations.export, name="export_organisations"),
    path("organisations/nouvelle", organisations.create, name="create_organisation"),
    path(ORGANISATION, organisations.detail, name="organisation"),
    path(f"{ORGANISATION}/modifier", organisations.change, name="change_organisation"),
    path(f"{ORGANISATION}/reunir", merging.merge, name="merge_organisations"),
    # who is of it
    path(f"{ORGANISATION}/membres", memberships.members, name="members"),
    path(f"{ORGANISATION}/membres/<int:pk>", memberships.change, name="change_membership"),
    path(f"{ORGANISATION}/membres/<int:pk>/retirer", memberships.remove, name="remove_member"),
    path(f"{ORGANISATION}/quitter", memberships.leave, name="leave"),
    # joining it
    path(f"{ORGANISATION}/rejoindre", joining.join, name="join"),
    path(f"{ORGANISATION}/rejoindre/domaine", joining.join_by_domain, name="join_by_domain"),
    path(f"{ORGANISATION}/rejoindre/retrait", joining.withdraw_request, name="withdraw_request"),
    path(
        f"{ORGANISATION}/demandes/<int:pk>", joining.membership_request, name="membership_request"
    ),
    path(f"{ORGANISATION}/invitations/nouvelle", memberships.invite, name="invite"),
    path(
        f"{ORGANISATION}/invitations/<int:pk>/renvoi",
        memberships.resend_invitation,
        name="resend_invitation",
    ),
    path(
        f"{ORGANISATION}/invitations/<int:pk>/retrait",
        memberships.withdraw_invitation,
        name="withdraw_invitation",
    ),
    path("invitations/<int:pk>", joining.received_invitation, name="received_invitation"),
    path("invitations/lien/<str:token>", joining.invitation_link, name="invitation"),
    # its e-mail domains
    path(f"{ORGANISATION}/domaines/nouveau", memberships.add_domain, name="add_domain"),
    path(
        f"{ORGANISATION}/domaines/<int:pk>/lien", joining.send_domain_link, name="send_domain_link"
    ),
    path(
        f"{ORGANISATION}/domaines/<int:pk>/verification",
        memberships.verify_domain,
        name="verify_domain",
    ),
    path(
        f"{ORGANISATION}/domaines/<int:pk>/retrait", memberships.remove_domain, name="remove_domain"
    ),
    path("domaines/lien/<str:token>", joining.confirm_domain, name="confirm_domain"),
    # networks
    path(f"{ORGANISATION}/reseau", networks.propose, name="propose_network"),
    path("reseaux/adhesions/<int:pk>", networks.membership, name="network_membership"),
]
