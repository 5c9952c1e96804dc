"""Pages of the path: who enters, how many queries, nothing lost."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils import timezone

from essaim.common.money import parse_euros
from essaim.innovators import rules
from essaim.innovators.models import InnovationFile, OpinionRequest, StatusCard
from essaim.innovators.urls import urlpatterns
from tests.dates import today
from tests.innovators.factories import (
    BudgetFactory,
    BudgetLineFactory,
    InnovationFileFactory,
    MilestoneFactory,
    OpinionRequestFactory,
    PropertyRightsFactory,
    StatusCardFactory,
    officer,
    verified,
)
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"innovators:{name}", args=args)


# Acts of the innovator, of the case officer, of either.
INNOVATOR = ["report", "revise_idea", "card", "prize", "erase_reason"]
OFFICER = [
    *("interview", "open", "ask_opinion", "send_again", "support", "budget", "add_line"),
    *("start", "planned_end", "rights", "add_gain"),
]
EITHER = ["add_milestone", "end", "follow_up"]


class TestWhoMay:
    @pytest.mark.parametrize("name", [*INNOVATOR, *OFFICER, *EITHER])
    def test_the_wrong_role_everywhere(self, client, name):
        file = InnovationFileFactory(prototyping=True)
        allowed = {
            "innovator": name in INNOVATOR + EITHER,
            "officer": name in OFFICER + EITHER,
            "other officer": False,
            "manager": False,
            "member": False,
            "colleague": False,
        }
        people = {
            "innovator": file.innovator,
            "officer": file.case_officer,
            "other officer": officer(),
            "manager": UserFactory(manager=True),
            "member": UserFactory(),
            "colleague": MembershipFactory(
                organisation=file.organisation, role="representative"
            ).user,
        }
        for role, person in people.items():
            client.force_login(person)
            answer = client.post(url(name, file.pk), {})
            entered = answer.status_code not in {403, 404}
            assert entered == allowed[role], (name, role, answer.status_code)
        client.logout()
        assert client.post(url(name, file.pk), {}).url.startswith("/compte/")

    def test_every_act_is_in_a_list_above(self):
        acts = {p.name for p in urlpatterns if str(p.pattern).startswith("parcours/<int:pk>/")}
        elsewhere = {"take", "change_line", "reach_milestone"}
        assert acts - elsewhere == {*INNOVATOR, *OFFICER, *EITHER}

    def test_lines_and_milestones_belong_to_their_file(self, client):
        line, milestone = BudgetLineFactory(), MilestoneFactory()
        file = InnovationFileFactory(prototyping=True)
        client.force_login(file.case_officer)
        assert client.get(url("change_line", file.pk, line.pk)).status_code == 404
        assert client.get(url("reach_milestone", file.pk, milestone.pk)).status_code == 404

    def test_visible_to_and_can_view_agree(self):
        files = [
            InnovationFileFactory(),
            InnovationFileFactory(opened=True),
            InnovationFileFactory(state="ended", ended_on=today(), due_on=None),
        ]
        people = [
            *(AnonymousUser(), UserFactory(), officer(), UserFactory(manager=True)),
            *(UserFactory(administrator=True), files[0].innovator, files[1].case_officer),
            files[2].innovator,
        ]
        for person in people:
            seen = set(InnovationFile.objects.visible_to(person).values_list("pk", flat=True))
            assert seen == {file.pk for file in files if rules.can_view(person, file)}

    def test_opinions_visible_to_and_can_answer_agree(self):
        named = verified(UserFactory(email="chef@exemple.gouv.fr"))
        requests = [
            OpinionRequestFactory(email="Chef@exemple.gouv.fr"),
            OpinionRequestFactory(),
            OpinionRequestFactory(email=named.email, withdrawn_at=timezone.now()),
            OpinionRequestFactory(
                email=named.email, file=InnovationFileFactory(informed=True, innovator=named)
            ),
        ]
        for person in (AnonymousUser(), named, UserFactory(), UserFactory(manager=True)):
            seen = set(OpinionRequest.objects.visible_to(person).values_list("pk", flat=True))
            assert seen == {r.pk for r in requests if rules.can_answer(person, r)}

    def test_lists_are_for_managers_and_case_officers(self, client):
        for name, args in [("manage", []), ("export", ["csv"]), ("roster", []), ("prize_list", [])]:
            client.force_login(UserFactory())
            assert client.get(url(name, *args)).status_code == 403
            client.force_login(UserFactory(manager=True))
            assert client.get(url(name, *args)).status_code == 200
        client.force_login(officer())
        assert client.get(url("manage")).status_code == 200
        assert client.get(url("roster")).status_code == 403

    def test_a_case_officer_lists_what_is_theirs_and_what_is_free(self, client):
        person = officer()
        mine = InnovationFileFactory(opened=True, case_officer=person)
        free, foreign = InnovationFileFactory(), InnovationFileFactory(opened=True)
        client.force_login(person)
        rows = client.get(url("manage")).context["rows"]
        assert {file for file, _next in rows} == {mine, free}
        assert client.get(foreign.get_absolute_url()).status_code == 404


class TestPagesOfTheInnovator:
    def test_from_the_form_to_the_page(self, client):
        person = MembershipFactory().user
        client.force_login(person)
        form = client.get(url("enter")).context["form"]
        answer = client.post(
            url("enter"),
            {
                "submission": form["submission"].value(),
                "title": "Balise",
                "summary": "Une idée.",
                "organisation": person.memberships.get().organisation_id,
                "undertakes_to_report": "on",
            },
        )
        page = client.get(answer.url).content.decode()
        assert "Étape 1 sur 8" in page and "Une idée." in page

    def test_nothing_typed_is_lost(self, client):
        client.force_login(UserFactory())
        answer = client.post(url("enter"), {"title": "Balise", "summary": "Mon long texte"})
        page = answer.content.decode()
        assert "Mon long texte" in page and "fr-error-text" in page
        assert InnovationFile.objects.count() == 0

    def test_a_session_that_expires_brings_the_text_back(self, client):
        file = InnovationFileFactory(taken=True)
        address = url("interview", file.pk)
        answer = client.post(address, {"on": today().isoformat(), "notes": "Deux heures d’échange"})
        assert "/compte/login" in answer.url
        client.force_login(file.case_officer)
        assert "Deux heures d’échange" in client.get(address).content.decode()
        client.post(address, {"on": today().isoformat(), "notes": "Deux heures d’échange"})
        file.refresh_from_db()
        assert file.interview_notes == "Deux heures d’échange"

    def test_an_organisation_of_others_is_refused(self, client):
        client.force_login(MembershipFactory().user)
        answer = client.post(
            url("enter"),
            {
                "submission": "8f7c2d34-5d62-4a6e-9a10-1f8a3a2d8b11",
                "title": "x", "summary": "y", "undertakes_to_report": "on",
                "organisation": OrganisationFactory().pk,
            },
        )  # fmt: skip
        assert "organisation" in answer.context["form"].errors

    def test_no_address_of_anyone_on_any_page(self, client):
        request = OpinionRequestFactory(reasons="")
        file = request.file
        InnovationFile.objects.filter(pk=file.pk).update(unit="Brigade")
        BudgetFactory(file=file, buyer_email="achats@exemple.gouv.fr")
        for person in (file.innovator, file.case_officer, UserFactory(manager=True)):
            client.force_login(person)
            page = client.get(file.get_absolute_url()).content.decode()
            for address in (
                *(request.email, "achats@exemple.gouv.fr"),
                *{file.innovator.email, file.case_officer.email} - {person.email},
            ):
                assert address not in page

    def test_a_nameless_person_is_not_shown_by_their_address(self, client):
        file = InnovationFileFactory(taken=True)
        file.innovator.name = ""
        file.innovator.save()
        client.force_login(UserFactory(manager=True))
        for address in (file.get_absolute_url(), url("manage")):
            page = client.get(address).content.decode()
            assert file.innovator.email not in page and "sans nom affiché" in page

    def test_a_page_opened_too_long_is_told_where_the_file_is(self, client):
        file = InnovationFileFactory(opened=True)
        client.force_login(file.case_officer)
        answer = client.post(url("support", file.pk), {"reason": "Mon texte"})
        page = answer.content.decode()
        assert "dossier ouvert" in page and "Mon texte" in page

    def test_budget_lines_typed_as_people_type(self, client):
        file = InnovationFileFactory(supported=True)
        client.force_login(file.case_officer)
        lines = client.get(url("budget", file.pk)).context["lines"]
        data = {
            "buyer_name": "Alex", "buyer_service": "Achats", "buyer_email": "a@exemple.fr",
            "decided_on": today().isoformat(),
            "lines-TOTAL_FORMS": "5", "lines-INITIAL_FORMS": "0",
        }  # fmt: skip
        for number, line in enumerate(lines):
            data[f"lines-{number}-submission"] = str(line["submission"].value())
            data[f"lines-{number}-procedure"] = "to_decide"
        data |= {"lines-0-label": "Capteurs", "lines-0-amount_cents": "21 667,00 €"}
        data |= {"lines-1-label": "Boîtiers", "lines-1-amount_cents": "12,345"}
        answer = client.post(url("budget", file.pk), data)
        assert "n’est pas un montant" in answer.content.decode()
        data["lines-1-amount_cents"] = "1\u202f012.5"
        answer = client.post(url("budget", file.pk), data)
        assert answer.status_code == 302
        page = client.get(answer.url).content.decode()
        assert InnovationFile.objects.for_detail().get().budget.total_cents == 2_267_950
        assert "22\u202f679,50" in page or "22\u00a0679,50" in page

    def test_a_dear_purchase_is_pointed_out(self, client, settings):
        limit = settings.INNOVATOR_PATH["direct_purchase_cents"]
        line = BudgetLineFactory(amount_cents=limit)
        client.force_login(line.budget.file.case_officer)
        assert "seuil" in client.get(line.budget.file.get_absolute_url()).content.decode()


class TestQueries:
    @pytest.mark.parametrize(
        ("name", "role"), [("manage", "manager"), ("manage", "officer"), ("my_files", "innovator")]
    )
    def test_lists_cost_the_same_with_1_3_and_50_rows(
        self, client, name, role, django_assert_max_num_queries, settings
    ):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        person = officer() if role == "officer" else UserFactory(manager=role == "manager")
        client.force_login(person)
        counts = []
        made = 0
        for rows in (1, 3, 50):
            for _row in range(rows - made):
                fields = {"innovator": person} if role == "innovator" else {}
                if role == "officer":
                    fields["case_officer"] = person
                InnovationFileFactory(interviewed=True, **fields)
            made = rows
            with CaptureQueriesContext(
                connection,
            ) as captured:
                assert client.get(url(name)).status_code == 200
            counts.append(len(captured))
        assert len(set(counts)) == 1, counts
        assert counts[0] <= 10

    def test_a_file_costs_the_same_however_full(self, client, django_assert_max_num_queries):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        file = InnovationFileFactory(prototyping=True)
        client.force_login(file.case_officer)
        budget = BudgetFactory(file=file)
        PropertyRightsFactory(file=file)
        counts = []
        for rows in (1, 3, 50):
            BudgetLineFactory.create_batch(rows, budget=budget)
            MilestoneFactory.create_batch(rows, file=file)
            OpinionRequestFactory.create_batch(rows, file=file, withdrawn_at=timezone.now())
            with CaptureQueriesContext(connection) as captured:
                client.get(file.get_absolute_url())
            counts.append(len(captured))
        assert len(set(counts)) == 1, counts


class TestMoneyAsTyped:
    @pytest.mark.parametrize(
        ("typed", "cents"),
        [("1", 100), ("1,5", 150), ("0,01", 1), ("21 667,00 €", 2_166_700), ("-3,10", -310),
         ("9999999999,99", 999_999_999_999), ("1\u202f234.56", 123_456)],
    )  # fmt: skip
    def test_to_the_cent(self, typed, cents):
        assert parse_euros(typed) == cents

    @pytest.mark.parametrize(
        "typed", ["", "abc", "1,234", "1e5", "١٢", "1,2,3", "1 234,5678", "NaN"]
    )
    def test_nothing_is_guessed(self, typed):
        from django.core.exceptions import ValidationError

        with pytest.raises(ValidationError):
            parse_euros(typed)


def test_every_page_opens_in_both_languages(client):
    person = MembershipFactory().user
    verified(person)
    file = InnovationFileFactory(informed=True, due_on=today(-3))
    OpinionRequestFactory(file=file, email=person.email, due_on=today(-3))
    card = StatusCardFactory(asked=True)
    boss = MembershipFactory(organisation=card.employer, role="representative").user
    public = StatusCardFactory(public=True, recognition="Prix", mobility="Rennes")
    manager = UserFactory(manager=True)
    visits = [
        (None, url("path")), (None, public.get_absolute_url()), (None, url("opinion_given")),
        (person, url("path")), (person, url("enter")), (person, url("my_files")),
        (person, url("opinion", OpinionRequest.objects.get().pk)), (person, url("status")),
        (person, url("terms")), (person, url("declare_agreement")), (person, url("shown")),
        (boss, url("agreement", card.pk)), (boss, url("status")),
        (file.innovator, file.get_absolute_url()), (file.case_officer, file.get_absolute_url()),
        (manager, file.get_absolute_url()), (manager, url("manage")), (manager, url("roster")),
        (manager, url("prize_list")), (manager, url("name_officer", file.pk)),
        (officer(), url("manage")),
    ]  # fmt: skip
    for language in ("fr", "en"):
        client.cookies["essaim_langue"] = language
        for visitor, address in visits:
            client.logout()
            client.cookies["essaim_langue"] = language
            if visitor:
                client.force_login(visitor)
            answer = client.get(address)
            assert answer.status_code == 200, (address, answer.status_code)
            page = answer.content.decode()
            assert page.count("<h1") == 1, address
            assert f'<html lang="{language}"' in page
    assert StatusCard.objects.filter(user=person).count() == 0  # looking makes nothing


def test_the_demonstration_loads_once_and_is_labelled(settings):
    import io

    from essaim.innovators.demonstration import load_files

    for _start in range(2):
        load_files(out=io.StringIO())
    files = list(InnovationFile.objects.all())
    assert sorted(file.state for file in files) == ["hierarchy_informed", "prototyping"]
    assert all("fictif" in file.title for file in files)
    settings.LOCAL = False
    InnovationFile.objects.all().delete()
    load_files(out=io.StringIO())
    assert not InnovationFile.objects.exists()
