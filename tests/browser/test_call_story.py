"""A call that replicates what works, from nothing to the first report of its support.

A manager lists three proven initiatives; four sites apply, two of them together with a town that
is asked by mail and joins to sign; an officer asks one for what lacks; readers of three colleges
are found, invited, assigned, and read; a jury meets and decides; laureates are announced with
their support plan, the other receives its reasons and appeals. The same people live it twice, on
two calls: once all in French, once all in English, and who reads on a telephone the first time
has a wide screen the second. Nothing is made outside the pages but the accounts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.call_applying import (
    PROJECTS,
    asked_by_mail,
    begin,
    correct,
    look_around,
    submit,
    together,
    write,
)
from tests.browser.call_people import (
    AGENCY,
    MANAGER,
    OFFICER,
    READERS,
    SITES,
    Cast,
    Person,
    make_accounts,
)

pytestmark = pytest.mark.browser

TITLES = {
    "fr": "AMI d’essaimage : trois initiatives pour nos bourgs (fictif)",
    "en": "AMI d’essaimage : trois initiatives pour nos vallées (fictif)",
}
NARROW = {
    "fr": {"visitor", "alone", "late", "officer", "asked"},
    "en": {"manager", "leads", "along", *READERS},
}
CARDS = ["cuisine-mode-d-emploi-s", "enerterre", "ferme-d-insertion-de-moyembrie"]
LACKING = "Le bail du local (fictif)."
# The level that every reader gives, what they write, what is decided and why.
LEVELS = {"leads": "4", "alone": "3", "late": "1"}
WORDS = {"4": "Prêt à ouvrir", "3": "Solide, à préciser", "1": "Trop tôt"}
OUTCOMES = {"leads": "laureate", "alone": "laureate", "late": "not_selected"}
REASONS = {
    "leads": "Deux sites qui se complètent, et un cœur gardé.",
    "alone": "Un besoin établi, une équipe prête.",
    "late": "Le besoin est réel ; l’équipe n’est pas encore réunie.",
}


@pytest.mark.parametrize("language", ["fr", "en"], ids=["french", "english"])
def test_from_nothing_to_the_first_report(
    visit: Callable[..., Any], server: Any, language: str
) -> None:
    cast = Cast(visit, language, NARROW[language])
    make_accounts(server)
    manager = cast.arrives("manager", MANAGER)
    call = set_up(manager, TITLES[language])
    announce(manager, call)

    visitor = cast.visitor("visitor")
    assert TITLES[language] in visitor.go("/appels").content()

    alone, leads, along, late = (
        cast.arrives(name, SITES[name][1]) for name in ("alone", "leads", "along", "late")
    )
    look_around(alone, call)
    mine = {
        name: begin(person, call, name)
        for name, person in (("alone", alone), ("leads", leads), ("late", late))
    }
    for name, person in (("alone", alone), ("late", late)):
        write(person, mine[name])
        submit(person, mine[name])
    together(leads, along, mine["leads"])
    asked_by_mail(leads, cast.visitor("asked"), mine["leads"])
    write(leads, mine["leads"])
    submit(leads, mine["leads"])
    correct(alone, mine["alone"])

    officer = cast.arrives("officer", OFFICER)
    readers = [cast.arrives(kind, email) for kind, (_name, email, _of) in READERS.items()]
    for each in readers:
        become_peer(each)
    close(manager, call)
    instruct(officer, late, call, mine)
    base = invite(manager, call)
    for each in readers:
        accept(each)
    assign(manager, base)
    for each in readers:
        read_all(each)
    deliberate(manager, officer, call, base, mine)

    page = visitor.go(f"{call}/resultats")
    assert all(PROJECTS[name] in page.content() for name in ("leads", "alone"))
    assert PROJECTS["late"] not in page.content()
    learn({"alone": alone, "leads": leads, "late": late}, mine)
    appeal(late, officer, call, mine["late"])
    accompany(manager, leads, call, mine["leads"])


def in_days(days: int) -> str:
    return f"{dt.datetime.now() + dt.timedelta(days=days):%Y-%m-%dT12:00}"


# --- the manager sets up --------------------------------------------------------------------------
def set_up(manager: Person, title: str) -> str:
    page = manager.go("/appels")
    manager.press("a[href='/appels/nouveau']")
    page = manager.send(kind="replication", organiser=AGENCY, title=title)
    manager.is_told("Avant d’annoncer, il manque", "Before announcing, this is missing")
    base = manager.path.rpartition("/preparation")[0]
    page.locator("[name=sections-0-text]").fill(
        "Reprendre ce qui marche, **avec ceux qui l’ont fait**."
    )
    manager.send(
        support="Douze jours d’appui, trois jalons, un bilan tous les trois mois (fictif).",
        summary="Trois initiatives éprouvées cherchent des bourgs où s’installer.",
    )
    manager.go(f"{base}/preparation/candidats")
    manager.send(
        most_for_one=1, consortium=True, initiatives="\n".join(CARDS),
        little_proof_reason="Leurs effets sont connus de ceux qui les accompagnent (fictif).",
    )  # fmt: skip
    manager.go(f"{base}/preparation/calendrier")
    manager.send(
        opens_at=in_days(2), closes_at=in_days(40), results_on=in_days(90)[:10],
        budget_cents="90000", laureates_number=2,
    )  # fmt: skip
    manager.go(f"{base}/preparation/contact")
    manager.send(service="Mission essaimage (fictif)", contact_email="ami@essaim.example")
    manager.is_told("Rien ne manque", "Nothing is missing")
    manager.go(f"{base}/preparation/recevabilite")
    manager.give("rules-0-test", "applicant_kind")
    manager.give("rules-0-value", "association")
    manager.send(**{"rules-0-says": "Votre site est porté par une association."})
    build(manager, base)
    manager.go(f"{base}/preparation/equipe")
    option = manager.page.locator("[name=person] option", has_text="Noa Appels")
    manager.send(person=option.get_attribute("value"))
    return base


def build(manager: Person, base: str) -> None:
    """One more question, and the form as applicants will see it."""
    form = f"{base}/preparation/formulaire"
    page = manager.go(form)
    manager.press(f"a[href='{form}/projet/questions']")
    manager.give("kind", "choice")
    manager.give("choices", "un local\nun terrain\nrien encore")
    manager.send(label="De quoi disposez-vous déjà ?")
    manager.says("De quoi disposez-vous déjà ?")
    manager.go(f"{base}/preparation/criteres")
    page = manager.go(f"{base}/apercu")
    manager.says("Reprendre ce qui marche", "De quoi disposez-vous déjà ?", "Votre site est porté")
    assert page.locator("main a[href*='/initiatives/']").count() >= 3


def announce(manager: Person, call: str) -> None:
    manager.go(f"{call}/preparation")
    manager.press("form[action$='/annoncer'] button")
    manager.is_told("L’appel est annoncé", "The call is announced")
    manager.go(f"{call}/preparation/texte")
    manager.press("form[action$='/ouvrir'] button")
    manager.is_told("L’appel est ouvert", "The call is open")


# --- instruction ----------------------------------------------------------------------------------
def close(manager: Person, call: str) -> None:
    """Before its hour, with the reason that those who write read."""
    manager.go(f"{call}/preparation/texte")
    manager.press("a[href$='/clore']")
    manager.send(reason="Les quatre sites attendus ont déposé.")
    manager.is_told("L’appel est clos", "The call is closed")


def instruct(officer: Person, late: Person, call: str, mine: dict[str, str]) -> None:
    """One is asked for what lacks, and completes it; then the three are eligible together."""
    keys = {name: key_of(path) for name, path in mine.items()}
    officer.go(f"{call}/instruction")
    officer.press(f"a[href$='/instruction/{keys['late']}']")
    officer.says(PROJECTS["late"])
    officer.is_told("Vos consultations sont enregistrées", "What you open is recorded")
    officer.press("a[href$='/completer']")
    officer.send(due_at=in_days(5), asked=LACKING)
    late.go("/mon-espace")
    late.press(f"a[href='{mine['late']}']")
    late.says(LACKING)
    late.go(f"{mine['late']}/parties/pieces")
    late.press("a[href$='/fichiers/files']")
    paper = {"name": "bail.txt", "mimeType": "text/plain", "buffer": b"Bail de neuf ans (fictif)."}
    late.page.set_input_files("[name=file]", paper)
    late.press("form:has([name=file]) button[type=submit]")
    late.says("bail.txt")
    submit(late, mine["late"])
    page = officer.go(f"{call}/instruction")
    for key in keys.values():
        page.locator(f"#a{key}").check(force=True)
    officer.send(is_eligible="yes")
    page = officer.go(f"{call}/instruction?state=eligible")
    assert page.locator("main tbody tr").count() == 3


def key_of(path: str) -> str:
    return path.rpartition("/")[2]


# --- reading --------------------------------------------------------------------------------------
def invite(manager: Person, call: str) -> str:
    """The round, and one reader found for each college."""
    manager.go(f"{call}/lecture")
    dates = {"answer_by": in_days(5), "read_by": in_days(20), "discuss_by": in_days(30)}
    manager.send(**dict.fromkeys((f"per_item_{kind}" for kind in READERS), 1), **dates)
    base = manager.path
    manager.press("form[action$='/etape/inviter'] button")
    for kind, (name, _email, _organisation) in READERS.items():
        page = manager.go(f"{base}/pairs/inviter?q={name.removesuffix(' (fictif)')}")
        page.locator("main [name=peer]").first.check(force=True)
        manager.send(college=kind)
    return base


def become_peer(reader: Person) -> None:
    reader.go("/lectures/profil")
    reader.send(presentation="Dix ans d’initiatives locales (fictif).", is_peer=True)


def accept(reader: Person) -> None:
    reader.go("/lectures")
    page = reader.press("section[aria-labelledby=invitations] a")
    page.locator("main [name=no_conflict], main form input[type=checkbox]").first.check(force=True)
    reader.press("button[name=accept]")


def assign(manager: Person, base: str) -> None:
    page = manager.go(base)
    manager.press("form[action$='/etape/affecter'] button")
    manager.press("form:has([name=themes]) button[type=submit]")
    page.locator("form[action$='/confirmation']").wait_for(timeout=60_000)  # a job computes it
    manager.check()
    manager.press("form[action$='/confirmation'] button")


def read_all(reader: Person) -> None:
    """Each application beside its rubric, from the keyboard alone."""
    page = reader.go("/lectures")
    links = page.locator("main a[href^='/lectures/']").evaluate_all(
        "all => all.map(a => a.pathname).filter(path => /^.lectures.[0-9]+$/.test(path))"
    )
    read = 0
    for link in links:
        page = reader.go(link)
        if not page.locator("main .peers-criterion").count():  # read the first time it was told
            continue
        read += 1
        title = page.locator("h1").inner_text()
        level = next(LEVELS[name] for name, project in PROJECTS.items() if project in title)
        page.locator("main .peers-criterion input[type=radio]").first.focus()
        for _criterion in range(page.locator("main .peers-criterion").count()):
            page.keyboard.press(level)
            page.keyboard.press("Tab")  # to why
            page.keyboard.type("Lu.")
            page.keyboard.press("Tab")  # to the next criterion, or to the words for the applicant
        page.keyboard.type(f"{WORDS[level]} (fictif).")
        page.locator("main button[name=submit]").focus()
        page.keyboard.press("Enter")
        page.locator("main button[name=submit]").wait_for(state="detached")
        reader.check()
    assert read == len(PROJECTS), links


# --- decision -------------------------------------------------------------------------------------
def deliberate(
    manager: Person, officer: Person, call: str, base: str, mine: dict[str, str]
) -> None:
    manager.go(base)
    manager.press("form[action$='/etape/discuter'] button")
    manager.go(f"{call}/lecture")
    manager.press("form[action$='/lecture/decider'] button")
    officer.go(f"{call}/jury")
    officer.send(place="Préfecture", at=in_days(0))
    officer.send(name="Jo Jury, directrice d’un service social (fictif)")
    for page_of_board in ("reglages", "attente", "publier"):
        officer.go(f"{call}/decision/{page_of_board}")
    page = manager.go(f"{call}/decision")
    ranked = [
        row.inner_text() for row in page.locator("main tbody tr:has([name=application])").all()
    ]
    order = [name for row in ranked for name, title in PROJECTS.items() if title in row]
    assert order == ["leads", "alone", "late"], ranked
    for name, path in mine.items():
        manager.go(f"{call}/instruction/{key_of(path)}/decider")
        manager.says(WORDS[LEVELS[name]])
        if name != "late":
            manager.give("amount_cents", "40000")
        manager.send(outcome=OUTCOMES[name], reasons=REASONS[name])
    for name in ("alone", "leads"):
        manager.go(f"{call}/accompagnements")
        manager.press(f"a[href='{mine[name]}/accompagnement/plan']")
        manager.send(
            days="12", starts_on=in_days(0)[:10], ends_on=in_days(300)[:10], report_months="3",
            milestones=f"Ouverture du site = {in_days(120)[:10]}", who="Mission essaimage (fictif)",
        )  # fmt: skip
    manager.go(f"{call}/decision/publier")
    manager.press("form[method=post] button")
    manager.is_told("résultats sont publiés", "results are published")


def learn(people: dict[str, Person], mine: dict[str, str]) -> None:
    """Each reads what was decided of theirs, and why; who came along too."""
    for name, person in people.items():
        person.go(f"{mine[name]}/decision")
        person.says(REASONS[name])
        person.is_told("Votre cas, expliqué", "Your case, explained")


def appeal(late: Person, officer: Person, call: str, mine: str) -> None:
    """Answered by someone who neither prepared nor published."""
    late.go(f"{mine}/decision")
    late.press("a[href$='/recours']")
    late.send(text="Le bail a été remis dans le délai.")
    page = officer.go(f"{call}/instruction/{key_of(mine)}")
    officer.press("a[href*='/recours/']")
    officer.give("answer", "Le bail a été lu ; d’autres projets étaient plus avancés.")
    officer.send(upheld="no")
    late.go(f"{mine}/decision")
    late.says("d’autres projets étaient plus avancés")
    page = late.go(f"{mine}/suites")
    assert page.locator("main h2").count() >= 3


def accompany(manager: Person, leads: Person, call: str, mine: str) -> None:
    """The support begins; the laureate writes a first report, those who run the call read it."""
    manager.go(f"{call}/accompagnements")
    manager.press("form[action$='/accompagnements/commencer'] button")
    leads.go(mine)
    leads.press(f"a[href='{mine}/accompagnement']")
    leads.says("Ouverture du site")
    leads.press("a[href$='/accompagnement/bilan']")
    leads.send(
        learnt="Le terrain se prépare un hiver à l’avance.", indicators="personnes accueillies = 4",
        done="Le terrain est loué, quatre personnes sont accueillies (fictif).",
    )  # fmt: skip
    leads.press("form[action*='/jalons/'] button")
    manager.go(f"{mine}/accompagnement")
    manager.says("quatre personnes sont accueillies")
    manager.is_told("personnes accueillies : 4", "personnes accueillies: 4")
    for page_of_numbers in ("chiffres", "exports"):
        manager.go(f"{call}/{page_of_numbers}")
