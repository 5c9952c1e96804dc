"""The quarter's form: prefilled, by a personal link, asked again when odd, never lost."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone, translation

from essaim.common.errors import DomainError
from essaim.common.waiting import told as what_waits
from essaim.following.actions.settings import choose_mail
from essaim.following.models import Notification
from essaim.initiatives.actions.facts import record_fact
from essaim.initiatives.models import Initiative
from essaim.modelling.models import ModelSheet, SheetLine
from essaim.people.models import Function, Membership
from essaim.replications.actions import reporting, stop
from essaim.replications.costs import grid
from essaim.replications.models import (
    LeftText,
    Replication,
    Report,
    ReportLink,
    quarter_before,
    quarter_of,
)
from essaim.replications.notifications import REPORTER
from essaim.replications.waiting import waiting
from tests.dates import today
from tests.initiatives.factories import EconomicLineFactory
from tests.people.factories import MembershipFactory
from tests.replications.factories import another, committed, live, representative, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def there() -> SimpleNamespace:
    found = world()
    found.site = live(found, beneficiaries_target=50)
    return found


def told(there: SimpleNamespace, quarter: dt.date | None = None, **fields: Any) -> Report:
    values: dict[str, Any] = {"by": there.adopts, "beneficiaries": 40}
    return reporting.save_report(there.site, quarter or quarter_of(today()), **(values | fields))


def linked(django_capture_on_commit_callbacks: Any) -> str:
    """Send the forms; the address in the message."""
    with django_capture_on_commit_callbacks(execute=True):
        reporting.ask_for_news()
    found = re.search(r"http\S+(/reprises/nouvelles/\S+)", mail.outbox[-1].body)
    assert found
    return found[1]


class TestFigures:
    def test_ten_times_the_plan_is_asked_again(self, there: SimpleNamespace) -> None:
        with pytest.raises(reporting.UnusualError) as asked:
            told(there, beneficiaries=500)
        assert "500" in asked.value.figures[0] and not Report.objects.exists()
        assert told(there, beneficiaries=500, confirmed=True).beneficiaries == 500

    def test_costs_too(self, there: SimpleNamespace) -> None:
        EconomicLineFactory(initiative=there.card)  # investment, 2,500 € at most
        with pytest.raises(reporting.UnusualError):
            told(there, costs={"investment": Decimal(25_000)})
        told(there, costs={"investment": Decimal(24_999)})

    def test_asked_in_the_readers_own_figures(self, there: SimpleNamespace) -> None:
        EconomicLineFactory(initiative=there.card)
        sheet = ModelSheet.objects.create(initiative=there.card)
        line = SheetLine.objects.create(sheet=sheet, topic="indicator", name="Foyers")
        reporting.set_targets(there.site, {line.pk: (None, Decimal("12.50"))})
        odd = {
            "beneficiaries": 500_000, "costs": {"investment": Decimal("1234567.5")},
            "values": {there.site.targets.get().pk: Decimal(9_000)},
        }  # fmt: skip
        said = {}
        for language in ("fr", "en"):
            with translation.override(language), pytest.raises(reporting.UnusualError) as asked:
                told(there, **odd)
            said[language] = " | ".join(asked.value.figures)
        french = said["fr"].replace("\u202f", " ").replace("\u00a0", " ")
        assert "500 000" in french and "1 234 567,50 €" in french and "2 500 €" in french
        assert "9 000, pour 12,50 visé" in french
        assert "500,000" in said["en"] and "1,234,567.50" in said["en"]
        assert "9,000" in said["en"] and "12.50" in said["en"]

    def test_cents_and_no_less(self, there: SimpleNamespace) -> None:
        with pytest.raises(DomainError, match="deux décimales"):
            told(there, costs={"investment": Decimal("1.005")})
        with pytest.raises(DomainError, match="positif"):
            told(there, costs={"investment": Decimal(-1)})

    def test_a_quarter_is_corrected_not_doubled(self, there: SimpleNamespace) -> None:
        told(there, costs={"investment": Decimal(10)})
        told(there, beneficiaries=41, costs={"running_costs": Decimal(7)})
        report = Report.objects.get()
        assert report.beneficiaries == 41
        assert [cost.line for cost in report.costs.all()] == ["running_costs"]

    def test_only_quarters_of_the_replication(self, there: SimpleNamespace) -> None:
        for quarter in (dt.date(2001, 1, 1), quarter_of(today()) + dt.timedelta(days=1)):
            with pytest.raises(DomainError, match="trimestre"):
                told(there, quarter)


class TestCosts:
    def test_real_costs_stand_beside_the_holders(self, there: SimpleNamespace) -> None:
        EconomicLineFactory(initiative=there.card)
        EconomicLineFactory(initiative=there.card, line="running_costs", period="year")
        other = another(there)
        other.site = live(other)
        told(there, costs={"investment": Decimal("1200.50"), "running_costs": Decimal(300)})
        told(other, costs={"investment": Decimal(2000)})
        lines = {
            line.kind: line for line in grid(there.card, Replication.objects.all(), mine=there.site)
        }
        investment = lines["investment"]
        assert investment.planned is not None and investment.real is not None
        assert (investment.planned.low, investment.planned.high) == (1000, 2500)
        assert investment.real.sites == 2 and investment.real.high == 2000
        assert investment.mine == Decimal("1200.50") and investment.ratio == 80
        assert lines["running_costs"].mine == 1200, "a quarter, brought to a year"
        assert lines["setup_staff"].real is None
        card = there.card.economics.get(line="investment")
        assert (card.low, card.central, card.high) == (1000, 1500, 2500), "untouched"


class TestLink:
    def test_leaves_once_for_each_site(
        self, there: SimpleNamespace, django_capture_on_commit_callbacks: Any
    ) -> None:
        linked(django_capture_on_commit_callbacks)
        assert reporting.ask_for_news() == 0 and len(mail.outbox) == 1
        assert mail.outbox[0].to == [there.adopts.email]
        token = mail.outbox[0].body
        assert ReportLink.objects.get().token_hash not in token, "only its hash is kept"

    def test_is_in_the_language_of_who_gets_it(
        self, there: SimpleNamespace, django_capture_on_commit_callbacks: Any
    ) -> None:
        choose_mail(there.adopts, digest="never", waits_by_mail=False, language="en")
        linked(django_capture_on_commit_callbacks)
        assert "Your news of the quarter" in mail.outbox[0].subject
        assert "Hello," in mail.outbox[0].body and "Bonjour" not in mail.outbox[0].body
        quarter = ReportLink.objects.get().quarter
        assert f"{quarter.year} Q{(quarter.month + 2) // 3}" in mail.outbox[0].body

    def test_opens_this_form_and_serves_once(
        self, there: SimpleNamespace, django_capture_on_commit_callbacks: Any
    ) -> None:
        address = linked(django_capture_on_commit_callbacks)
        before = ReportLink.objects.get().quarter
        client = Client()
        assert "Pas besoin de vous connecter" in client.get(address).content.decode()
        assert not Report.objects.exists(), "nothing is recorded by a GET"
        answer = client.post(address, {"beneficiaries": "37", "done": "Ouvert le soir"})
        assert answer.status_code == 200 and "Merci" in answer.content.decode()
        report = Report.objects.get()
        assert (report.quarter, report.by, report.channel) == (before, there.adopts, "link")
        assert client.get(address).status_code == 410
        page = client.get("/reprises/nouvelles/invente")
        assert page.status_code == 404

    def test_is_prefilled_with_the_quarter_before(
        self, there: SimpleNamespace, django_capture_on_commit_callbacks: Any
    ) -> None:
        address = linked(django_capture_on_commit_callbacks)
        told(there, quarter_before(ReportLink.objects.get().quarter), beneficiaries=43)
        assert 'value="43"' in Client().get(address).content.decode()

    def test_asks_odd_figures_again_and_keeps_the_text(
        self, there: SimpleNamespace, django_capture_on_commit_callbacks: Any
    ) -> None:
        address, client = linked(django_capture_on_commit_callbacks), Client()
        typed = {"beneficiaries": "5000", "done": "Un trimestre étonnant"}
        page = client.post(address, typed).content.decode()
        assert "Ces chiffres sont-ils exacts" in page and "étonnant" in page
        assert not Report.objects.exists()
        client.post(address, typed | {"ask": "1", "confirmed": "on"})
        assert Report.objects.get().beneficiaries == 5000

    def test_expires(self, there: SimpleNamespace, django_capture_on_commit_callbacks: Any) -> None:
        address = linked(django_capture_on_commit_callbacks)
        ReportLink.objects.update(
            sent_at=timezone.now() - dt.timedelta(days=50),
            expires_at=timezone.now() - dt.timedelta(days=1),
        )
        page = Client().get(address).content.decode()
        quarter = ReportLink.objects.get().quarter
        form = f"/reprises/{there.site.pk}/nouvelles/{quarter.year}-T{(quarter.month + 2) // 3}"
        assert "expiré" in page and form in page, "the way in without the link"

    def test_dies_with_the_replication(
        self, there: SimpleNamespace, django_capture_on_commit_callbacks: Any
    ) -> None:
        address = linked(django_capture_on_commit_callbacks)
        stop(there.site, reason="r", lesson="l", by=there.adopts)
        assert Client().post(address, {"beneficiaries": "3"}).status_code == 410
        page = Client().get(address).content.decode()
        assert "Cette reprise est arrêtée" in page and "plus récent" not in page
        assert f"/reprises/{there.site.pk}/nouvelles/" not in page, "nothing is expected any more"

    def test_who_left_is_refused_clearly_and_loses_nothing(
        self, there: SimpleNamespace, django_capture_on_commit_callbacks: Any
    ) -> None:
        address = linked(django_capture_on_commit_callbacks)
        quarter = ReportLink.objects.get().quarter
        Membership.objects.filter(user=there.adopts).delete()
        answer = Client().post(address, {"beneficiaries": "37", "done": "Deux ateliers"})
        page = answer.content.decode()
        assert answer.status_code == 422 and not Report.objects.exists()
        assert "plus membre" in page and "Deux ateliers" in page
        assert LeftText.objects.get().typed["done"] == "Deux ateliers"
        # Those who remain find it, and it goes once the news are given.
        remains, client = representative(there.adopter), Client()
        client.force_login(remains, backend="django.contrib.auth.backends.ModelBackend")
        form = f"/reprises/{there.site.pk}/nouvelles/{quarter.year}-T{(quarter.month + 2) // 3}"
        assert "Deux ateliers" in client.get(form).content.decode()
        client.post(form, {"beneficiaries": "37", "done": "Deux ateliers"})
        assert Report.objects.get().by == remains and not LeftText.objects.exists()

    def test_where_nobody_is_named_the_first_representative_is_asked(
        self, there: SimpleNamespace, django_capture_on_commit_callbacks: Any
    ) -> None:
        Replication.objects.update(reporter=None)
        news = "Donner les nouvelles du trimestre"
        assert news in [each.title for each in what_waits(waiting(there.adopts), there.adopts)]
        linked(django_capture_on_commit_callbacks)
        assert mail.outbox[-1].to == [there.adopts.email]
        assert Replication.objects.get().reporter == there.adopts

    def test_who_left_is_followed_by_who_has_the_function_of_adopter(
        self, there: SimpleNamespace, django_capture_on_commit_callbacks: Any
    ) -> None:
        Membership.objects.filter(user=there.adopts).delete()
        MembershipFactory(organisation=there.adopter)
        serves = MembershipFactory(organisation=there.adopter, functions=[Function.ADOPTER]).user
        linked(django_capture_on_commit_callbacks)
        assert mail.outbox[-1].to == [serves.email]

    def test_a_simple_member_is_asked_to_name_someone(self, there: SimpleNamespace) -> None:
        Membership.objects.filter(user=there.adopts).delete()
        member = MembershipFactory(organisation=there.adopter).user
        for _ in range(2):
            assert reporting.ask_for_news() == 0
        told = Notification.objects.get(user=member)
        assert told.announcement.verb == REPORTER
        assert not Notification.objects.filter(user=there.holds, announcement__verb=REPORTER)

    def test_nobody_else_is_asked(self, there: SimpleNamespace) -> None:
        Membership.objects.filter(user=there.adopts).delete()
        assert reporting.ask_for_news() == 0
        assert Notification.objects.filter(user=there.holds, announcement__verb=REPORTER).exists()


class TestEvidence:
    def indicator(self, there: SimpleNamespace) -> Any:
        sheet = ModelSheet.objects.create(initiative=there.card)
        line = SheetLine.objects.create(
            sheet=sheet, topic="indicator", name="Impayés", detail="par an, au CCAS"
        )
        reporting.set_targets(there.site, {line.pk: (Decimal(30), Decimal(10))})
        return there.site.targets.get()

    def level(self, there: SimpleNamespace) -> int:
        return Initiative.objects.get(pk=there.card.pk).proof_level

    def test_figures_alone_never_reach_four(self, there: SimpleNamespace) -> None:
        target = self.indicator(there)
        assert (target.name, target.definition) == ("Impayés", "par an, au CCAS")
        told(there, values={target.pk: Decimal(12)})
        assert reporting.publish_results(there.site, by=there.adopts) == 2
        assert self.level(there) == 2
        fact = {"kind": "independent", "level": 4, "about": "replication"}
        record_fact(there.card, "evaluation_concluded", "independent:1", fact, "2026")
        assert self.level(there) == 3, "not confirmed"
        record_fact(
            there.card, "evaluation_concluded", "independent:1", fact | {"confirmed": True}, "2026"
        )
        assert self.level(there) == 4

    def test_without_a_start_nothing_changed(self, there: SimpleNamespace) -> None:
        told(there)
        assert reporting.publish_results(there.site, by=there.adopts) == 1

    def test_needs_news_and_a_running_site(self, there: SimpleNamespace) -> None:
        with pytest.raises(DomainError, match="nouvelles"):
            reporting.publish_results(there.site, by=there.adopts)
        other = another(there)
        with pytest.raises(DomainError, match="en service"):
            reporting.publish_results(committed(other), by=other.adopts)

    def test_an_indicator_that_left_the_sheet_keeps_its_words(self, there: SimpleNamespace) -> None:
        target = self.indicator(there)
        told(there, values={target.pk: Decimal(12)})
        SheetLine.objects.all().delete()
        target.refresh_from_db()
        assert target.indicator is None and target.name == "Impayés"
