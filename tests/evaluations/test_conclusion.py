"""Analysing, concluding, correcting, withdrawing; what the card and the public then see."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from essaim.common.errors import DomainError
from essaim.evaluations.actions import analyses, conclusions, data, plans
from essaim.evaluations.archive import archive_of
from essaim.evaluations.level import established
from essaim.evaluations.models import Analysis, Evaluation, State
from essaim.evaluations.presentation import hidden_groups, results_of
from essaim.evaluations.report import report_data, report_pdf
from essaim.initiatives.models import Fact
from essaim.statistics.results import Result
from tests.evaluations.factories import (
    CSV,
    EvaluationFactory,
    analysed,
    concluded,
    mapping,
    member_of,
    with_data,
)

pytestmark = pytest.mark.django_db
HEADINGS, *LINES = CSV.splitlines()


def with_column(name: str, values: list[str]) -> str:
    rows = [f"{line};{values[n % len(values)]}" for n, line in enumerate(LINES)]
    return "\n".join([f"{HEADINGS};{name}", *rows])


def public(address: str) -> str:
    return Client().get(address).content.decode()


# --- analysing ----------------------------------------------------------------------------
def test_asked_twice_it_is_made_once() -> None:
    evaluation = with_data()
    by = member_of(evaluation)
    first = analyses.ask(evaluation, by=by)
    assert analyses.ask(evaluation, by=by).pk == first.pk
    analyses.make(first.pk)
    analyses.make(first.pk)
    kept = Analysis.objects.get()
    assert kept.state == "done" and kept.percent == 100
    assert kept.results["result"]["effect"]["name"] == "morris_dppc2"
    assert round(kept.results["result"]["effect"]["value"], 4) == 1.5909
    assert kept.software["essaim"] and len(kept.data_sha256) == 64


@pytest.mark.parametrize("method", ["prepost_control", "gain", "ancova", "did"])
def test_every_computation_of_a_comparison(method: str, tmp_path: Path) -> None:
    """And the program that a team takes away finds the same numbers."""
    evaluation = analysed(EvaluationFactory(collecting=True, analysis=method))
    result = results_of(evaluation, whole=True)
    assert result is not None and result.sentences and result.pictures[0].rows
    assert result.result.n == {"treated": 12, "control": 12}
    made = archive_of(evaluation)
    assert made is not None
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        archive.extractall(tmp_path)
    found = subprocess.run(
        [sys.executable, "analyse.py", "donnees.csv"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert found.stdout.endswith("OK\n"), found.stderr


def test_before_and_after_alone() -> None:
    evaluation = EvaluationFactory(collecting=True, design="before_after", analysis="paired")
    by = member_of(evaluation)
    text = "élève;test de septembre;test de janvier\n" + "\n".join(
        f"E{n};{10 + n % 5};{13 + n % 4}" for n in range(20)
    )
    dataset = data.deposit(evaluation, by=by, origin="paste", text=text)
    roles = {"unit": "élève", "pre": "test de septembre", "post": "test de janvier"}
    data.map_columns(dataset, mapping(roles=roles, treated="", control=""), by=by)
    analyses.make(analyses.ask(evaluation, by=by).pk)
    done = conclusions.conclude(
        evaluation, by=by, learnt="Ils progressent.", limits="Rien d’autre."
    )
    assert done.level == 2 and done.level_reason == ["before_after"]
    assert "Rien ne dit que l’action en est la cause" in public(f"/evaluations/{done.pk}")


def test_yes_or_no_outcomes() -> None:
    evaluation = EvaluationFactory(
        collecting=True, design="random", analysis="binary", outcome_kind="yes_no"
    )
    by = member_of(evaluation)
    text = "id;groupe;emploi\n" + "\n".join(
        f"P{n};{'A' if n % 2 else 'B'};{'oui' if n % 2 and n % 5 else 'non'}" for n in range(60)
    )
    dataset = data.deposit(evaluation, by=by, origin="paste", text=text)
    roles = {"unit": "id", "group": "groupe", "post": "emploi"}
    assert data.map_columns(dataset, mapping(roles=roles), by=by).ready_at is not None
    analyses.make(analyses.ask(evaluation, by=by).pk)
    evaluation.refresh_from_db()
    result = results_of(evaluation, whole=True)
    assert result is not None and result.effects[0]["value"].endswith("points")


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (LINES[:1] + LINES[12:13], "au moins deux unités"),
        (LINES[:12], "groupe de comparaison"),
        ([f"E{n};{'A' if n < 4 else 'B'};5;5" for n in range(8)], ""),
    ],
)
def test_what_cannot_be_computed_says_why(lines: list[str], words: str) -> None:
    evaluation = with_data(text="\n".join([HEADINGS, *lines]))
    analysis = analyses.ask(evaluation, by=member_of(evaluation))
    analyses.make(analysis.pk)
    analysis.refresh_from_db()
    assert analysis.state == "failed" and words in analysis.message and analysis.message
    evaluation.refresh_from_db()
    assert evaluation.state == State.COLLECTING


def test_data_that_change_while_computing_are_not_mixed(monkeypatch: pytest.MonkeyPatch) -> None:
    evaluation = with_data()
    by = member_of(evaluation)
    analysis = analyses.ask(evaluation, by=by)
    original = analyses.compute

    def meanwhile(*arguments: Any) -> Any:
        found = original(*arguments)
        with_data(evaluation, text=CSV.replace("E01;A;10;14", "E01;A;10;20"))
        return found

    monkeypatch.setattr(analyses, "compute", meanwhile)
    analyses.make(analysis.pk)
    analysis.refresh_from_db()
    assert analysis.state == "failed" and "changé pendant" in analysis.message


def test_new_data_ask_for_a_new_analysis() -> None:
    evaluation = analysed()
    with_data(evaluation)
    evaluation.refresh_from_db()
    assert evaluation.state == State.COLLECTING


def test_subgroups_are_planned_or_exploratory() -> None:
    evaluation = EvaluationFactory(collecting=True, subgroups=["sexe", "âge"])
    text = with_column("sexe", ["F", "G"])
    rows = text.splitlines()
    text = "\n".join(
        [
            f"{rows[0]};cours",
            *(f"{r};{'latin' if n % 3 else 'aucun'}" for n, r in enumerate(rows[1:])),
        ]
    )
    analysed(evaluation, text=text, subgroups=["sexe", "cours"])
    result = results_of(evaluation, whole=True)
    assert result is not None
    assert [(t.name, t.planned) for t in result.subgroups] == [("sexe", True), ("cours", False)]
    assert result.not_found == ["âge"]


def test_several_sites_are_pooled() -> None:
    evaluation = EvaluationFactory(collecting=True)
    roles = mapping().roles | {"site": "ville"}
    analysed(evaluation, text=with_column("ville", ["Lyon", "Brest", "Lille"]), roles=roles)
    result = results_of(evaluation, whole=True)
    assert result is not None and result.sites is not None
    assert [line["name"] for line in result.sites["pooled"]] and len(result.sites["pooled"]) == 3
    assert len(result.pictures) == 2
    # Four people a group and a site: the public sees the whole, and no site.
    outside = results_of(evaluation, whole=False)
    assert outside is not None and outside.sites is not None
    assert {line.effect for line in outside.sites["lines"]} == {"–"}
    assert len(outside.pictures) == 1


def test_answers_of_a_few_by_yes_or_no_are_not_given_back_by_their_ratio() -> None:
    evaluation = EvaluationFactory(
        collecting=True, design="random", analysis="binary", outcome_kind="yes_no"
    )
    by = member_of(evaluation)
    text = "id;groupe;emploi\n" + "\n".join(
        f"P{n};{'A' if n < 4 else 'B'};{'oui' if n in (0, 1, 2, 9) else 'non'}" for n in range(24)
    )
    dataset = data.deposit(evaluation, by=by, origin="paste", text=text)
    roles = {"unit": "id", "group": "groupe", "post": "emploi"}
    data.map_columns(dataset, mapping(roles=roles), by=by)
    analyses.make(analyses.ask(evaluation, by=by).pk)
    conclusions.conclude(evaluation, by=by, learnt="Peu.", limits="Très peu de personnes.")
    evaluation.refresh_from_db()
    outside, team = (results_of(evaluation, whole=whole) for whole in (False, True))
    assert outside is not None and team is not None
    assert team.effects and team.p_value and not team.masked
    assert outside.masked and not (outside.effects or outside.p_value or outside.groups)
    assert {s.kind for s in outside.sentences} <= {"cause", "limit"}
    page = public(f"/evaluations/{evaluation.pk}")
    assert "Moins de 5 personnes" in page and "L’effet</caption>" not in page
    assert "75" not in " ".join(s.text for s in outside.sentences)


def test_no_address_reaches_a_visitor_and_sums_stay_whole() -> None:
    evaluation = analysed()
    by = member_of(evaluation)
    typed = "Écrire à claire.martin@exemple.fr ou au 01 23 45 67 89."
    conclusions.conclude(evaluation, by=by, learnt=typed, limits=typed)
    digest = "a0123456789b" + "0" * 52
    evaluation.refresh_from_db()
    evaluation.frozen_plan = evaluation.frozen_plan | {"sha256": digest}
    evaluation.save(update_fields=["frozen_plan"])
    address = f"/evaluations/{evaluation.pk}"
    page = public(address)
    assert "exemple.fr" not in page and "01 23 45" not in page and digest in page
    assert "exemple.fr" not in str(report_data(evaluation, whole=False))
    client = Client()
    client.force_login(by)
    assert "claire.martin@exemple.fr" in client.get(address).content.decode()


def test_one_small_cell_hides_a_second_one() -> None:
    def group(name: str, n: int) -> dict[str, Any]:
        return {"name": name, "result": {"n": {"treated": n, "control": n}}}

    assert hidden_groups([group("a", 9), group("b", 12)]) == set()
    assert hidden_groups([group("a", 3), group("b", 12), group("c", 8)]) == {"a", "c"}
    assert hidden_groups([group("a", 3), group("b", 2), group("c", 8)]) == {"a", "b"}


def test_a_worker_that_died_is_replaced() -> None:
    import datetime as dt

    from django.utils import timezone

    evaluation = with_data()
    analysis = analyses.ask(evaluation, by=member_of(evaluation))
    assert analyses.resume_forgotten() == 0
    from procrastinate.contrib.django.models import ProcrastinateJob

    assert ProcrastinateJob.objects.filter(task_name="evaluations.analyse").count() == 1
    Analysis.objects.filter(pk=analysis.pk).update(
        asked_at=timezone.now() - dt.timedelta(minutes=5)
    )
    # Still queued: nobody else is needed.
    assert analyses.resume_forgotten() == 0


# --- concluding ---------------------------------------------------------------------------
def test_concluding_tells_the_card_once() -> None:
    evaluation = concluded()
    by = member_of(evaluation)
    again = conclusions.conclude(evaluation, by=by, learnt="x", limits="y")
    assert again.learnt == "Ils lisent mieux."
    card = evaluation.initiative
    card.refresh_from_db()
    assert card.proof_level == 3 and card.phase == "validate"
    fact = Fact.objects.get(initiative=card, source=f"evaluation:{evaluation.pk}")
    assert fact.value == {
        "kind": "self", "level": 3, "title": evaluation.title, "url": f"/evaluations/{evaluation.pk}",
    }  # fmt: skip


def test_the_page_of_a_concluded_evaluation_is_public_and_holds_no_row() -> None:
    evaluation = concluded()
    page = public(f"/evaluations/{evaluation.pk}")
    assert "Ils lisent mieux." in page and "E01" not in page
    assert "figé" in page.lower() and evaluation.frozen_plan["sha256"] in page
    assert f"/evaluations/{evaluation.pk}" in public(
        f"/initiatives/{evaluation.initiative.slug}/preuves"
    )
    assert Client().get(f"/evaluations/{evaluation.pk}/rapport.pdf").content.startswith(b"%PDF")


def test_one_that_is_not_concluded_is_nobodys_business() -> None:
    evaluation = analysed()
    for tail in ("", "/rapport.pdf"):
        assert Client().get(f"/evaluations/{evaluation.pk}{tail}").status_code == 404
    assert evaluation.title not in public(f"/initiatives/{evaluation.initiative.slug}/preuves")


def test_a_correction_is_seen_while_it_lasts() -> None:
    evaluation = concluded()
    by = member_of(evaluation)
    conclusions.reopen(evaluation, by=by, reason="Deux lignes étaient inversées.")
    card = evaluation.initiative
    card.refresh_from_db()
    assert (
        card.proof_level == 0 and not card.facts.filter(source__startswith="evaluation:").exists()
    )
    page = public(f"/evaluations/{evaluation.pk}")
    assert "Deux lignes étaient inversées." in page and "Ils lisent mieux." not in page
    conclusions.conclude(evaluation, by=by, learnt="Corrigé.", limits="Deux classes.")
    assert "Corrigé." in public(f"/evaluations/{evaluation.pk}")


def test_withdrawn_its_page_says_why_and_shows_no_figure() -> None:
    evaluation = concluded()
    conclusions.withdraw(evaluation, by=member_of(evaluation), reason="Un test fuité.")
    page = public(f"/evaluations/{evaluation.pk}")
    assert "Un test fuité." in page and "Intervalle à 95" not in page
    assert not Fact.objects.filter(source=f"evaluation:{evaluation.pk}").exists()
    assert data.Dataset.objects.current(evaluation) is None


def test_a_published_one_is_withdrawn_rather_than_stopped() -> None:
    evaluation = concluded()
    by = member_of(evaluation)
    conclusions.reopen(evaluation, by=by, reason="À revoir.")
    with pytest.raises(DomainError, match="publiée"):
        plans.abandon(evaluation, by=by)


# --- level --------------------------------------------------------------------------------
def results(value: float = 0.5, half: float = 0.3, n: int = 30, **fields: Any) -> dict[str, Any]:
    effect = {
        "name": "hedges_g", "value": value, "se": half / 2, "ci_low": value - half,
        "ci_high": value + half, "interval": "normal", "df": None, "level": 0.95,
    }  # fmt: skip
    result = {
        "design": "prepost_control", "n": {"treated": n, "control": n}, "means": {}, "sds": {},
        "effect": effect, "difference": effect, "p_value": 0.01 if half < abs(value) else 0.4,
        "test": "t", "also": [], "rates": {}, "clusters": {}, "correlation": None,
        "permutation": None, "warnings": [],
    }  # fmt: skip
    assert Result.from_dict(result)
    return {
        "result": result,
        "attrition": {"overall": 0.05, "differential": 0.01},
        "balance": [],
    } | fields


@pytest.mark.parametrize(
    ("found", "fields", "amended", "expected"),
    [
        (results(), {}, set(), (3, "comparison")),
        (results(), {"higher_is_better": False}, set(), (1, "wrong_way")),
        (results(-0.5), {"higher_is_better": False}, set(), (3, "comparison")),
        (results(half=0.9), {}, set(), (1, "unclear")),
        (results(n=8), {}, set(), (2, "small")),
        (results(), {"design": "before_after"}, set(), (2, "before_after")),
        (results(), {}, {"indicator"}, (2, "amended")),
        (results(), {}, {"report_on"}, (3, "comparison")),
        (results(attrition={"overall": 0.4, "differential": 0.0}), {}, set(), (2, "attrition")),
        (results(balance=[{"verdict": "unbalanced"}]), {}, set(), (2, "unbalanced")),
    ],
)
def test_the_level_follows_from_the_plan_and_the_result(
    found: dict[str, Any], fields: dict[str, Any], amended: set[str], expected: tuple[int, str]
) -> None:
    evaluation = Evaluation(**({"design": "comparison", "higher_is_better": True} | fields))
    level = established(evaluation, found, amended)
    assert (level.level, level.reasons[0]) == expected


# --- report -------------------------------------------------------------------------------


def test_the_report_is_an_accessible_pdf_in_both_languages() -> None:
    from django.utils import translation

    evaluation = concluded()
    for code in ("fr", "en"):
        with translation.override(code):
            assert report_pdf(evaluation, whole=False).startswith(b"%PDF")
