"""Applications, as those who apply see them."""

from __future__ import annotations

from django.urls import URLPattern, path

from .views import applying, blocks, partner_invitations, partners, questions, receipts

ONE = "appels/candidatures/<int:pk>"
BY_MAIL = "appels/candidatures/partenaire/<str:token>"
BLOCK = f"{ONE}/parties/<slug:block>"
# Before any slug of a call.
first: list[URLPattern] = [
    path("appels/candidatures", applying.mine, name="mine"),
    path("appels/candidatures/invitation/<str:token>", partners.accept, name="accept_editing"),
    path(BY_MAIL, partner_invitations.link, name="partner_invitation"),
    path(f"{BY_MAIL}/reponse", partner_invitations.answer, name="answer_partner_invitation"),
    path(f"{BY_MAIL}/declin", partner_invitations.decline, name="decline_partner_invitation"),
    path(ONE, applying.application, name="application"),
    path(f"{ONE}/essentiel", applying.essentials, name="essentials"),
    path(f"{ONE}/formulaire", applying.accept_form, name="accept_form"),
    path(f"{ONE}/aide", applying.help_on_replication, name="replication_help"),
    path(f"{ONE}/depot", receipts.submit, name="submit"),
    path(f"{ONE}/reouverture", receipts.reopen, name="reopen"),
    path(f"{ONE}/maintien", receipts.keep, name="keep_submitted"),
    path(f"{ONE}/retrait", applying.withdraw, name="withdraw_application"),
    path(f"{ONE}/prolongation", receipts.extend, name="extend"),
    path(f"{ONE}/versions/<int:number>", receipts.version, name="version"),
    path(f"{ONE}/versions/<int:number>/candidature.pdf", receipts.version_pdf, name="version_pdf"),
    path(f"{ONE}/versions/<int:number>/recepisse", receipts.receipt, name="receipt"),
    path(f"{ONE}/versions/<int:number>/recepisse.pdf", receipts.receipt_pdf, name="receipt_pdf"),
    path(f"{ONE}/equipe", partners.team, name="team"),
    path(f"{ONE}/equipe/partenaire", partners.invite, name="invite_partner"),
    path(
        f"{ONE}/equipe/invitations/<int:number>/envoi", partner_invitations.send_again,
        name="send_partner_invitation",
    ),
    path(
        f"{ONE}/equipe/invitations/<int:number>/retrait", partner_invitations.withdraw,
        name="withdraw_partner_invitation",
    ),
    path(f"{ONE}/equipe/coediteur", partners.invite_editor, name="invite_editor"),
    path(
        f"{ONE}/equipe/coediteurs/<int:number>/retirer", partners.remove_editor,
        name="remove_editor",
    ),
    path(f"{ONE}/partenaires/<int:number>", partners.partner, name="partner"),
    path(f"{ONE}/partenaires/<int:number>/signer", partners.sign, name="sign_partner"),
    path(f"{ONE}/partenaires/<int:number>/decliner", partners.decline, name="decline_partner"),
    path(f"{ONE}/partenaires/<int:number>/quitter", partners.leave, name="leave_partner"),
    path(f"{ONE}/partenaires/<int:number>/part", partners.change, name="change_partner"),
    path(f"{ONE}/fichiers/<int:number>", blocks.download, name="application_file"),
    path(f"{ONE}/fichiers/<int:number>/retirer", blocks.remove_file, name="remove_file"),
    path(BLOCK, blocks.edit, name="application_block"),
    path(f"{BLOCK}/fichiers/<slug:field>", blocks.join_file, name="join_file"),
]  # fmt: skip
patterns: list[URLPattern] = [
    path("appels/<slug:slug>/candidature", applying.start, name="start"),
    path("appels/<slug:slug>/questions", questions.listing, name="questions"),
    path(
        "appels/<slug:slug>/questions/<int:number>/reponse", questions.answer,
        name="answer_question",
    ),
]  # fmt: skip
