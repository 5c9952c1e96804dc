"""Stating, changing and withdrawing a need."""

import threading
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from essaim.common.errors import DomainError
from essaim.needs.actions import (
    Content,
    PersonalData,
    change_need,
    filters_only,
    state_need,
    withdraw_need,
)
from essaim.needs.models import Need
from tests.needs.factories import NeedFactory
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory
from tests.territories.factories import TerritoryFactory
from tests.themes.factories import ThemeFactory

pytestmark = pytest.mark.django_db


def test_a_need_keeps_what_was_said_and_where_it_came_from() -> None:
    member = MembershipFactory()
    place, theme = TerritoryFactory(), ThemeFactory()
    need = state_need(
        member.user,
        Content(
            "  Des aînés isolés\n",
            visibility="organisation",
            territory=place,
            theme=theme,
            organisation=member.organisation,
        ),
        submission=uuid.uuid4(),
        search=f"q=isolement&territory={place.address}&theme={theme.slug}&theme=b&phase=replicate",
        found=0,
    )
    need.refresh_from_db()
    assert need.text == "Des aînés isolés"
    assert need.found_nothing
    assert need.search == "theme=b&phase=replicate"
    assert need.search_url() == (
        "/initiatives?q=Des+a%C3%AEn%C3%A9s+isol%C3%A9s"
        f"&territory={place.kind}%3A{place.code}&theme={theme.slug}&theme=b&phase=replicate"
    )


def test_the_same_form_sent_twice_states_one_need() -> None:
    author, key = UserFactory(), uuid.uuid4()
    first = state_need(author, Content("Du transport"), submission=key)
    assert state_need(author, Content("Du transport "), submission=key) == first
    assert Need.objects.count() == 1


def test_another_text_from_the_same_page_is_another_need_and_nothing_is_lost() -> None:
    author, key = UserFactory(), uuid.uuid4()
    state_need(author, Content("Du transport"), submission=key)
    state_need(author, Content("Du logement"), submission=key)
    assert set(Need.objects.values_list("text", flat=True)) == {"Du transport", "Du logement"}


def test_two_people_with_the_same_key_do_not_meet() -> None:
    key = uuid.uuid4()
    state_need(UserFactory(), Content("Du transport"), submission=key)
    state_need(UserFactory(), Content("Du transport"), submission=key)
    assert Need.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_double_click_states_one_need() -> None:
    author, key, errors = UserFactory(), uuid.uuid4(), []
    gate = threading.Barrier(4)

    def click() -> None:
        try:
            gate.wait()
            state_need(author, Content("Du transport"), submission=key)
        except Exception as error:  # told by the assertion below
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert Need.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "field", "message"),
    [
        (Content("  \n"), "text", "Décrivez"),
        (Content("x" * 5001), "text", "5000"),
        (Content("Un besoin", visibility="organisation"), "organisation", "Choisissez"),
        (Content("Mon numéro : 1 85 05 78 006 084 91", visibility="private"), "text", "sécurité"),
    ],
)
def test_what_a_need_cannot_say_is_refused_with_a_reason(
    content: Content, field: str, message: str
) -> None:
    with pytest.raises(DomainError, match=message) as refused:
        state_need(UserFactory(), content, submission=uuid.uuid4())
    assert refused.value.field == field
    assert not Need.objects.exists()


def test_nobody_speaks_for_an_organisation_of_others() -> None:
    content = Content("Un besoin", organisation=OrganisationFactory())
    with pytest.raises(DomainError, match="pas membre"):
        state_need(UserFactory(), content, submission=uuid.uuid4())


@pytest.mark.parametrize("visibility", ["public", "members"])
def test_personal_data_that_others_would_read_need_a_yes(visibility: str) -> None:
    author = UserFactory()
    content = Content("Écrire à claire@exemple.fr ou 06 12 34 56 78", visibility=visibility)
    with pytest.raises(PersonalData, match=r"claire@exemple\.fr") as refused:
        state_need(author, content, submission=uuid.uuid4())
    assert [item.kind for item in refused.value.found] == ["email", "phone"]
    need = state_need(author, content, submission=uuid.uuid4(), personal_data_accepted=True)
    assert need.text == content.text


def test_what_nobody_else_reads_is_not_questioned_until_it_becomes_public() -> None:
    content = Content("Écrire à claire@exemple.fr", visibility="private")
    need = state_need(UserFactory(), content, submission=uuid.uuid4())
    with pytest.raises(PersonalData):
        change_need(need, Content(content.text, visibility="public"), version=1)
    need.refresh_from_db()
    assert need.visibility == "private"


def test_the_search_link_never_carries_an_address() -> None:
    need = NeedFactory(text="Écrire à claire@exemple.fr pour un hébergement")
    assert "claire" not in need.search_url()
    assert "h%C3%A9bergement" in need.search_url()


def test_two_pages_open_on_one_need_do_not_overwrite_each_other() -> None:
    need = NeedFactory(text="Du transport")
    changed = change_need(need, Content("Du transport le soir"), version=1)
    assert changed.version == 2
    with pytest.raises(DomainError, match="modifié ailleurs"):
        change_need(need, Content("Du transport le matin"), version=1)
    need.refresh_from_db()
    assert need.text == "Du transport le soir"


def test_saving_without_a_change_changes_nothing() -> None:
    need = NeedFactory(text="Du transport")
    assert change_need(need, Content("Du transport"), version=1).version == 1


def test_a_withdrawn_need_is_erased_and_cannot_be_changed() -> None:
    need = NeedFactory(text="Du transport", search="phase=replicate")
    withdraw_need(need)
    withdraw_need(need)
    assert not Need.objects.visible_to(need.author).exists()
    with pytest.raises(DomainError, match="retiré"):
        change_need(need, Content("Du transport"), version=1)
    # History keeps who and when, never what was written.
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM needs_needevent")
        columns = {column.name for column in cursor.description}
        assert "Du transport" not in str(cursor.fetchall())
    assert not columns & {"text", "search", "for_whom", "tried", "count_unit", "answer"}


def test_the_database_refuses_what_the_rules_forbid() -> None:
    organisation = OrganisationFactory()
    need = NeedFactory(for_organisation=True, organisation=organisation)
    wrong: list[dict[str, Any]] = [
        {"visibility": "everyone"},
        {"visibility": "organisation", "organisation": None},
        {"text": ""},
    ]
    for values in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            Need.objects.filter(pk=need.pk).update(**values)
    with pytest.raises(ProtectedError):
        organisation.delete()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("", ""),
        ("q=a&page=2&found=3&sort=title", ""),
        (
            "phase=validate&phase=replicate&materials=1",
            "phase=validate&phase=replicate&materials=1",
        ),
        ("cost_min=&track=social", "track=social"),
        ("<script>=1&__proto__=2&ph%00ase=x&track=%00", "__proto__=2"),
        ("phase=" + "x" * 5000, ""),
        ("&".join(["a=1"] * 5000), ""),
        ("phase=%F0%9F%98%80", "phase=%F0%9F%98%80"),
    ],
)
def test_only_filters_are_kept_of_a_search(given: str, kept: str) -> None:
    assert filters_only(given) == kept
