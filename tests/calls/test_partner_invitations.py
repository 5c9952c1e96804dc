"""Partners that have nobody here: asked by mail, they come, read, and sign or decline."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from essaim.calls.actions import partner_invitations as acting
from essaim.calls.actions import partners
from essaim.calls.actions.keeping import erase_invitations
from essaim.calls.models import Application, Partner, PartnerInvitation
from essaim.calls.notifications_applying import send_partner_invitation
from essaim.calls.reading import partners_lack
from essaim.common.errors import DomainError
from essaim.people.models import Organisation, User
from tests.calls.factories import CallFactory, officer
from tests.calls.factories_applying import Story, filled, partner, submit
from tests.calls.test_partners import told
from tests.people.factories import (
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
    confirmed,
)

pytestmark = pytest.mark.django_db

SIREN = "732829320"
EMAIL = "maire@bourg.exemple.fr"


def ask(story: Story, by: User | None = None, **more: Any) -> PartnerInvitation:
    given = {
        "submission": uuid.uuid4(), "organisation": None, "siren": SIREN,
        "name": "Commune du Bourg", "email": EMAIL, "part": "Accueille un chantier.",
    } | more  # fmt: skip
    made = acting.ask_partner(story.application, by=by or story.holder, **given)
    assert isinstance(made, PartnerInvitation)
    return made


def invited(email: str = EMAIL) -> User:
    return confirmed(UserFactory(email=email))


def signed_in(user: Any = None, language: str = "fr") -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    if user is not None:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text_of(response: Any) -> str:
    return str(response.content.decode()).replace("\xa0", " ")


def page(client: Client, made: PartnerInvitation) -> Any:
    made.refresh_from_db()
    link = reverse("calls:partner_invitation", args=[acting.token_of(made)])
    return client.get(link, follow=True)


# --- the way from the message to the signature ------------------------------------------------------
def test_from_the_message_to_the_signature() -> None:
    story = filled()
    form = {
        "submission": str(uuid.uuid4()), "organisation": "732 829 320", "name": "Commune du Bourg",
        "email": EMAIL.upper(), "role": "site", "territory": "", "part": "Un chantier.",
        "amount_cents": "",
    }  # fmt: skip
    asker, address = signed_in(story.holder), reverse("calls:invite_partner", args=[story.application.pk])  # fmt: skip
    for _twice in range(2):
        assert asker.post(address, form).status_code == 302
    made = PartnerInvitation.objects.get()
    assert send_partner_invitation(made)
    assert mail.outbox[0].to == [EMAIL]
    body = str(mail.outbox[0].body)
    assert "Commune du Bourg" in body and story.call.title in body and "site" in body
    assert "à se joindre à sa candidature" in body
    link = re.search(r"https?://[^/]+(/\S+)", body)
    assert link
    # Nothing of what is written is read by who is not signed in.
    door = text_of(signed_in().get(link.group(1)))
    assert "Créer un compte" in door and story.application.title not in door
    assert reverse("account_signup") + "?next=" in door
    assert "autre adresse" in text_of(signed_in(UserFactory()).get(link.group(1)))
    # Until it answers, the application lacks it.
    assert partners_lack(story.fresh()) == ["la réponse de Commune du Bourg, invitée par courriel"]
    where_it_stands = text_of(asker.get(story.application.get_absolute_url()))
    assert "la réponse de Commune du Bourg" in where_it_stands
    assert "Aucun pour l’instant" not in where_it_stands
    with pytest.raises(DomainError, match="Commune du Bourg"):
        submit(story)
    mayor = invited()
    client = signed_in(mayor)
    asked = client.get(link.group(1), follow=True)
    assert "accepter la crée" in text_of(asked) and "Un chantier." in text_of(asked)
    answer = asked.redirect_chain[-1][0]
    refused = client.post(answer, {"name": "Commune du Bourg", "kind": ""})
    assert refused.status_code == 422 and "Commune du Bourg" in text_of(refused)
    assert not Organisation.objects.filter(siren=SIREN).exists()
    typed = {"name": "Commune du Bourg", "kind": "local_authority", "territory": ""}
    done = client.post(answer, typed, follow=True)
    row = Partner.objects.get()
    assert done.redirect_chain[-1][0] == reverse("calls:partner", args=[story.application.pk, row.pk])  # fmt: skip
    assert row.organisation.siren == SIREN and row.role == "site" and row.by == story.holder
    assert row.organisation.memberships.get().is_representative
    assert "Signer</button>" in text_of(done)
    client.post(reverse("calls:sign_partner", args=[story.application.pk, row.pk]))
    assert Partner.objects.get().signed_by == mayor
    made.refresh_from_db()
    assert (made.ended_as, made.email, made.partner) == ("accepted", "", row)
    story.fresh()
    submit(story)


def test_the_organisation_of_this_siren_is_found_and_its_representative_signs() -> None:
    story = filled()
    made = ask(story)
    there = OrganisationFactory(siren=SIREN)
    chief = MembershipFactory(organisation=there, role="representative").user
    stranger = invited()
    client = signed_in(stranger)
    asked = page(client, made)
    assert "a déjà sa page ici" in text_of(asked)
    done = client.post(asked.redirect_chain[-1][0], {}, follow=True)
    assert done.redirect_chain[-1][0] == reverse("people:join", args=[there.slug])
    row = Partner.objects.get()
    assert row.organisation == there and told(chief) == ["call_partner_invited"]
    with pytest.raises(DomainError, match="représentant"):
        partners.sign(row, by=stranger)
    assert not Application.objects.visible_to(stranger).exists()
    partners.sign(row, by=chief)


def test_a_page_without_members_is_asked_by_mail_and_signed_by_who_joins_it() -> None:
    story = filled()
    empty = OrganisationFactory(name="Hôpital du Bourg")
    form = {
        "submission": str(uuid.uuid4()), "organisation": "Hôpital du Bourg", "role": "partner",
        "territory": "", "part": "", "amount_cents": "", "name": "", "email": "",
    }  # fmt: skip
    client = signed_in(story.holder)
    address = reverse("calls:invite_partner", args=[story.application.pk])
    refused = client.post(address, form)
    assert refused.status_code == 422 and "aucun représentant" in text_of(refused)
    assert client.post(address, form | {"email": EMAIL}).status_code == 302
    nurse = invited()
    row = acting.accept(PartnerInvitation.objects.get(), by=nurse)
    assert row.organisation == empty
    with pytest.raises(DomainError, match="représentant"):
        partners.sign(row, by=nurse)
    MembershipFactory(organisation=empty, user=nurse)
    partners.sign(row, by=nurse)


def test_who_is_asked_declines_and_the_applicant_reads_why() -> None:
    story = filled()
    made, mayor = ask(story), invited()
    address = reverse("calls:decline_partner_invitation", args=[acting.token_of(made)])
    assert signed_in(mayor).post(address, {"reason": "Pas cette année."}).status_code == 302
    assert told(story.holder) == ["call_partner_declined_by_mail"]
    assert not Organisation.objects.filter(siren=SIREN).exists() and not Partner.objects.exists()
    team = reverse("calls:team", args=[story.application.pk])
    assert "Pas cette année." in text_of(signed_in(story.holder).get(team))
    assert partners_lack(story.fresh()) == []
    ask(story)  # it may be asked again


# --- what a link says when it serves no more ---------------------------------------------------------
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", {"old": "a expiré", "used": "déjà servi", "withdrawn": "a été retirée",
                "replaced": "plus récent", "forged": "pas valable", "closed": "attend plus"}),
        ("en", {"old": "has expired", "used": "already served", "withdrawn": "was withdrawn",
                "replaced": "more recent", "forged": "not valid", "closed": "no longer"}),
    ],
)  # fmt: skip
def test_a_link_that_serves_no_more_says_why(language: str, words: dict[str, str]) -> None:
    story = filled()
    client = signed_in(language=language)

    def said(token: str) -> str:
        answer = client.get(reverse("calls:partner_invitation", args=[token]))
        assert answer.status_code == 410
        return text_of(answer)

    assert words["forged"] in said("forged")
    made = ask(story)
    first = acting.token_of(made)
    PartnerInvitation.objects.update(sent_at=timezone.now() - dt.timedelta(days=15))
    assert words["old"] in said(first)
    with pytest.raises(DomainError, match="expiré"):
        acting.accept(made, by=invited())
    acting.send_again(made, by=story.holder)
    assert words["replaced"] in said(first)
    made.refresh_from_db()
    acting.withdraw(made, by=story.holder)
    assert words["withdrawn"] in said(acting.token_of(made))
    again = ask(story)
    acting.accept(again, by=User.objects.get(email=EMAIL), kind="local_authority")
    assert words["used"] in said(acting.token_of(again))
    other = ask(story, siren="552100554", name="Autre")
    row = Partner.objects.get()
    partners.sign(row, by=User.objects.get(email=EMAIL))
    Application.objects.filter(pk=story.application.pk).update(
        state="withdrawn", withdrawn_at=timezone.now()
    )
    assert words["closed"] in said(acting.token_of(other))


def test_twice_is_once_and_another_address_opens_nothing() -> None:
    story = filled()
    made, mayor = ask(story), invited()
    with pytest.raises(DomainError, match="autre adresse"):
        acting.accept(made, by=UserFactory())
    unconfirmed = UserFactory(email="autre@exemple.fr")
    with pytest.raises(DomainError, match="autre adresse"):
        acting.decline(made, by=unconfirmed)
    first = acting.accept(made, by=mayor, kind="local_authority")
    assert acting.accept(made, by=mayor, kind="local_authority") == first
    assert Organisation.objects.filter(siren=SIREN).count() == 1
    # Pressed again, the link leads to what is to be signed.
    assert page(signed_in(mayor), made).redirect_chain[-1][0] == reverse(
        "calls:partner", args=[story.application.pk, first.pk]
    )


# --- what is refused, in words, with what was typed ------------------------------------------------------
@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", {"siren": "n’est pas un SIREN", "name": "donnez son SIREN", "missing": "donnez aussi",
                "own": "elle-même", "twice": "déjà invitée", "partner": "est déjà partenaire",
                "names": "portent ce nom : donnez son SIREN",
                "sirens": "ont ce SIREN : donnez son nom exact"}),
        ("en", {"siren": "is not a SIREN", "name": "give its SIREN", "missing": "also give",
                "own": "applicant organisation itself", "twice": "already invited",
                "partner": "a partner already", "names": "have this name: give its SIREN",
                "sirens": "have this SIREN: give its exact name"}),
    ],
)  # fmt: skip
def test_a_refusal_is_said_and_nothing_typed_is_lost(language: str, said: dict[str, str]) -> None:
    story = filled()
    Organisation.objects.filter(pk=story.organisation.pk).update(siren="552100554")
    client = signed_in(story.holder, language)
    address = reverse("calls:invite_partner", args=[story.application.pk])

    def send(organisation: str, name: str = "Le Bourg", email: str = EMAIL) -> str:
        form = {
            "submission": str(uuid.uuid4()), "organisation": organisation, "name": name,
            "email": email, "role": "site", "territory": "", "part": "Ce que je tape.",
            "amount_cents": "",
        }  # fmt: skip
        answer = client.post(address, form)
        assert answer.status_code == 422 and "Ce que je tape." in text_of(answer)
        return text_of(answer)

    assert said["siren"] in send("123456789")
    assert said["name"] in send("Le Bourg")
    for number, kind in enumerate(("ccas", "association")):
        OrganisationFactory(name="Ville du Val", kind=kind)
        siren, siret = "542065479", f"5420654790000{number}"
        OrganisationFactory(name=f"Agence {number}", kind=kind, siren=siren, siret=siret)
    assert said["names"] in send("Ville du Val")
    assert said["sirens"] in send("542 065 479")
    assert said["missing"] in send(SIREN, name="")
    assert said["missing"] in send(SIREN, email="")
    empty_page = Organisation.objects.get(pk=story.organisation.pk)
    assert said["own"] in send(empty_page.siren)
    ask(story)
    assert said["twice"] in send(SIREN)
    acting.accept(PartnerInvitation.objects.get(), by=invited(), kind="ccas")
    assert said["partner"] in send(SIREN)
    assert PartnerInvitation.objects.count() == 1


def test_an_organisation_that_became_a_partner_meanwhile_is_one_partner() -> None:
    story = filled()
    made, mayor = ask(story), invited()
    row, chief = partner(story)
    Organisation.objects.filter(pk=row.organisation_id).update(siren=SIREN)
    assert acting.accept(made, by=mayor) == row
    assert Partner.objects.count() == 1 and chief != mayor


def test_who_is_in_conflict_is_told_or_refused() -> None:
    story = filled(CallFactory(needs_evaluator=True))
    made = ask(story, role="evaluator", amount_cents=5_000_00)
    assert "un évaluateur indépendant, nommé" not in partners_lack(story.fresh())
    PartnerInvitation.objects.update(email=confirmed(story.colleague).email)
    made.refresh_from_db()
    with pytest.raises(DomainError, match="Vous écrivez"):
        acting.accept(made, by=story.colleague, kind="association")
    assert not Organisation.objects.filter(siren=SIREN).exists()
    # Who runs the call is told before that they will be kept out, and is.
    run = confirmed(officer(story.call))
    PartnerInvitation.objects.update(email=run.email)
    assert "tenu à l’écart" in text_of(page(signed_in(run), made))
    assert "kept out" in text_of(page(signed_in(run, "en"), made))
    made.refresh_from_db()
    acting.accept(made, by=run, kind="association")
    assert Application.objects.linked_to(run).filter(pk=story.application.pk).exists()


def test_only_the_applicant_asks_and_only_as_much_as_allowed(monkeypatch: Any) -> None:
    story = filled()
    with pytest.raises(DomainError, match="membres de l’organisation"):
        ask(story, by=UserFactory())
    monkeypatch.setitem(settings.CALLS_APPLYING, "partner_mails_a_day", 1)
    made = ask(story)
    with pytest.raises(DomainError, match="reprenez demain"):
        ask(story, siren="552100554")
    with pytest.raises(DomainError, match="vient de partir"):
        acting.send_again(made, by=story.holder)
    with pytest.raises(DomainError, match="membres de l’organisation"):
        acting.withdraw(made, by=UserFactory())
    # Not sent any more, once it was withdrawn.
    acting.withdraw(made, by=story.holder)
    made.refresh_from_db()
    assert not send_partner_invitation(made) and mail.outbox == []


def test_an_address_without_an_answer_is_erased() -> None:
    story = filled()
    made = ask(story)
    assert erase_invitations(30) == 0
    PartnerInvitation.objects.update(sent_at=timezone.now() - dt.timedelta(days=31))
    assert erase_invitations(30) == 1
    made.refresh_from_db()
    assert (made.ended_as, made.email) == ("expired", "")


@pytest.mark.parametrize("had_a_page", [False, True])
def test_who_signs_on_the_site_is_not_waited_for_by_mail(had_a_page: bool) -> None:
    story = filled()
    page = OrganisationFactory(siren="") if had_a_page else None
    made = ask(story, organisation=page)
    elsewhere = ask(story, siren="552100554", name="Commune du Val", email="val@exemple.fr")
    page = page or OrganisationFactory(siren=SIREN)
    signer = MembershipFactory(organisation=page, role="representative").user
    row = partners.invite_partner(
        story.application, page, by=story.holder, submission=uuid.uuid4()
    )  # fmt: skip
    partners.sign(row, by=signer)
    made.refresh_from_db()
    assert (made.ended_as, made.email) == ("withdrawn", "")
    elsewhere.refresh_from_db()
    assert elsewhere.is_pending
    assert partners_lack(story.fresh()) == ["la réponse de Commune du Val, invitée par courriel"]
