"""A need of an organisation belongs to its members: an agent who is away or gone blocks nobody."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse

from essaim.common.errors import DomainError
from essaim.common.typography import french
from essaim.common.waiting import waiting_for
from essaim.following.models import Notification
from essaim.needs import actions
from essaim.needs.actions import Content
from essaim.needs.models import Joining, Need
from essaim.needs.panels import SHOWN
from essaim.needs.reading import mask
from essaim.needs.rules import can_answer_joining, can_close, can_delete, can_edit, speaks_for
from essaim.needs.similar import similar_needs
from essaim.needs.speaking import who_is_told
from essaim.people.actions.deletion import delete_account
from essaim.people.models import Membership
from essaim.search import actions as search
from tests.needs.factories import JoiningFactory, NeedFactory
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db
TEXT = "Du transport le soir, dit Mme Durand"


@pytest.fixture
def ccas() -> Any:
    return OrganisationFactory(territory=TerritoryFactory())


def member(organisation: Any, **fields: Any) -> Any:
    return MembershipFactory(organisation=organisation, **fields).user


def as_(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def content(need: Need, **fields: Any) -> Content:
    given = {"text": need.text, "visibility": need.visibility, "organisation": need.organisation}
    return Content(**given | {"territory": need.territory} | fields)


def test_members_speak_for_it_and_the_list_agrees(ccas: Any) -> None:
    author, colleague = member(ccas), member(ccas)
    boss = member(ccas, role=Membership.Role.REPRESENTATIVE)
    stranger = UserFactory(manager=True)
    for visibility in Need.Visibility.values:
        NeedFactory(author=author, organisation=ccas, visibility=visibility)
    NeedFactory(author=author)
    for person in (author, colleague, boss, stranger):
        spoken = set(Need.objects.spoken_for(person))
        assert spoken == {each for each in Need.objects.all() if speaks_for(person, each)}
    assert Need.objects.spoken_for(author).count() == 5
    assert Need.objects.spoken_for(colleague).count() == 3
    assert not any(speaks_for(AnonymousUser(), each) for each in Need.objects.all())
    need = Need.objects.filter(organisation=ccas, visibility="members").get()
    assert can_edit(colleague, need) and can_close(colleague, need)
    assert not can_delete(colleague, need), "erased for ever: its author, or a representative"
    assert can_delete(boss, need) and can_delete(author, need)


def test_a_colleague_changes_it_without_reading_what_is_masked(ccas: Any) -> None:
    need = NeedFactory(author=member(ccas), organisation=ccas, text=TEXT)
    colleague = member(ccas)
    client, address = as_(colleague), reverse("needs:edit", args=[need.pk])
    page = client.get(address)
    assert "Durand" not in page.content.decode()
    assert page.context["form"]["text"].value() == mask(TEXT)
    changed = actions.change_need(
        need, content(need, text=mask(TEXT), for_whom="Les jeunes"), version=1, by=colleague
    )
    assert (changed.text, changed.for_whom) == (TEXT, "Les jeunes")
    with pytest.raises(DomainError, match="au nom de qui"):
        actions.change_need(changed, content(changed, organisation=None), version=2, by=colleague)
    with pytest.raises(DomainError, match="doivent pouvoir"):
        actions.change_need(
            changed, content(changed, visibility="private"), version=2, by=colleague
        )


def test_it_goes_on_after_its_author(ccas: Any) -> None:
    author, colleague = member(ccas), member(ccas)
    boss = member(ccas, role=Membership.Role.REPRESENTATIVE)
    need = NeedFactory(author=author, organisation=ccas, text="Du transport le soir")
    assert who_is_told([need]) == {need.pk: [author]}
    delete_account(author, keep_name=False)
    need.refresh_from_db()
    told = Notification.objects.get(user=boss)
    assert told.announcement.verb == "need_without_author"
    assert not Notification.objects.filter(user=colleague).exists()
    assert who_is_told([need]) == {need.pk: [boss]}
    actions.change_need(need, content(need, text="Du transport"), version=1, by=colleague)
    client = as_(colleague)
    assert (
        client.post(reverse("needs:answer", args=[need.pk]), {"answer": "Un bus"}).status_code
        == 302
    )
    need.refresh_from_db()
    assert need.state == "answered"


def test_who_left_the_organisation_is_still_told_with_who_represents_it(ccas: Any) -> None:
    author = member(ccas)
    boss = member(ccas, role=Membership.Role.REPRESENTATIVE)
    need = NeedFactory(author=author, organisation=ccas)
    private = NeedFactory(author=author, organisation=ccas, private=True)
    Membership.objects.filter(user=author).delete()
    assert who_is_told([need, private]) == {need.pk: [author, boss], private.pk: [author]}


def test_a_colleague_answers_who_asks_to_go_together(ccas: Any) -> None:
    joining = JoiningFactory(other__organisation=ccas, other__author=member(ccas))
    colleague = member(ccas)
    assert can_answer_joining(colleague, joining)
    assert list(Joining.objects.awaiting(colleague)) == [joining]
    assert any("se grouper" in each.title for each in waiting_for(colleague))
    group = actions.accept_joining(joining, by=colleague)
    assert group.stewards.get(is_spokesperson=True).user == colleague
    assert not can_answer_joining(UserFactory(), joining)


def test_one_asks_to_join_for_a_need_of_ones_organisation(ccas: Any) -> None:
    NeedFactory(organisation=ccas, territory=ccas.territory, text="Le nôtre, ici")
    other = NeedFactory(territory=TerritoryFactory())
    page = as_(member(ccas)).get(reverse("needs:join", args=[other.pk])).content.decode()
    assert "Le nôtre, ici" in page


def test_stated_for_an_organisation_it_is_where_that_is(ccas: Any, rf: Any) -> None:
    from essaim.common.panels import render_panels

    author = member(ccas)
    need = actions.state_need(
        author, Content("Du transport", organisation=ccas, visibility="public"),
        submission=uuid.uuid4(),
    )  # fmt: skip
    assert need.territory == ccas.territory
    request = rf.get("/")
    request.user = AnonymousUser()
    panels = {each.name: each for each in render_panels("territory", request, ccas.territory)}
    assert "Du transport" in panels["besoins"].html
    elsewhere = TerritoryFactory()
    told = actions.state_need(
        author, Content("Ailleurs", organisation=ccas, territory=elsewhere), submission=uuid.uuid4()
    )
    assert told.territory == elsewhere


def test_the_same_need_said_again_is_shown_first_as_said_already(ccas: Any) -> None:
    text = "Des personnes âgées isolées dans les hameaux"
    here = TerritoryFactory()
    NeedFactory(text=text, public=True, territory=here)
    mine = NeedFactory(text=text.upper() + " !", author=member(ccas))
    ours = NeedFactory(text=text, organisation=ccas)
    search.index("need", [each.pk for each in Need.objects.all()])
    found = similar_needs(text, here, mine.author)
    assert {each.shown.need.pk: each.reason for each in found[:2]} == {
        ours.pk: french("votre organisation l’a déjà dit : ouvrez-le"),
        mine.pk: french("vous l’avez déjà dit : ouvrez-le"),
    }
    assert not found[2].said_by and found[2].reason == "même territoire"
    assert not any(each.said_by for each in similar_needs(text, here, UserFactory()))
    other = "Des personnes âgées isolées, et rien pour les conduire chez le médecin le soir"
    assert not any(each.said_by for each in similar_needs(other, here, mine.author))


def test_all_my_needs_are_those_of_my_organisations_too(ccas: Any) -> None:
    person, colleague = member(ccas), member(ccas)
    for _ in range(SHOWN):
        NeedFactory(author=person)
    ours = NeedFactory(author=colleague, organisation=ccas)
    kept = NeedFactory(author=colleague, organisation=ccas, visibility="private")
    theirs = NeedFactory(public=True)
    client, address = as_(person), f"{reverse('needs:list')}?mine=on"
    space = client.get("/mon-espace").content.decode()
    assert f'href="{address}">Voir tous mes besoins' in space
    listed = set(client.get(address).context["page"].paginator.object_list)
    assert ours in listed and len(listed) == SHOWN + 1
    assert not listed & {kept, theirs}
