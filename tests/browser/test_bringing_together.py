"""Those who have, those who need, those who know, brought together: four people, two languages.

A rural intercommunality states a need from the home page and gets, with reasons, initiatives that
proved themselves, similar territories that run them, a scheme, a pool it may join and a sponsor;
the holder and the sponsor answer; a programme manager sees the need that nothing answers.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from essaim.people.demonstration import PASSWORD

pytestmark = pytest.mark.browser

HOLDER, SPONSOR = "parc@essaim.example", "marraine@essaim.example"
MANAGER = "animateur@essaim.example"
CARD = "demo:enerterre"
NEED = {
    "fr": "Des ménages modestes de nos villages n’arrivent plus à chauffer des maisons mal isolées.",
    "en": "Nos habitants les plus pauvres ont froid l’hiver dans des maisons à rénover.",
}
UNMET = {
    "fr": "Le dernier dentiste de la vallée part à la retraite et personne ne le remplace.",
    "en": "Plus un vétérinaire pour les troupeaux de la vallée depuis deux ans.",
}
SAID = {
    "proof": {"fr": "Preuve : niveau", "en": "Proof: level"},
    "runs": {"fr": "Y fonctionne", "en": "Runs there"},
    "joins": {"fr": "peut encore se joindre", "en": "may still join"},
    "waiting": {"fr": "En attente d’un parrain", "en": "Waiting for a sponsor"},
    "taken": {"fr": "Prise en charge", "en": "Taken up"},
    "opens": {"fr": "Ouvrir un appel", "en": "Open a call"},
    "accepted": {"fr": "Acceptée", "en": "Accepted"},
}

# A small intercommunality of the sponsor's region with someone who represents it, the initiative alive in three
# territories like it, and a scheme that speaks of such a need.
SETTING = """
import json, uuid, django; django.setup()
from essaim.initiatives.models import Initiative
from essaim.people.actions.accounts import create_account
from essaim.people.actions.organisations import add_member, find_or_create_organisation
from essaim.people.models import Membership, User
from essaim.schemes.actions.writing import Content, add_scheme
from essaim.search import actions
from essaim.territories.models import Territory
from essaim.territories.similar import neighbours
places = Territory.objects.current().filter(
    kind="epci", nature="CC", population__range=(4_000, 15_000),
    up__ancestor__kind="region", up__ancestor__code="84",
).order_by("code")
place = places[{number}]
person = User.objects.filter(email="{email}").first() or create_account(
    email="{email}", name="Elu Rural ({number})", password="{password}"
)
town, _made = find_or_create_organisation(
    name=f"Service de {{place.name}} (fictif)", kind="local_authority", territory=place
)
add_member(town, person, role=Membership.Role.REPRESENTATIVE)
card = Initiative.objects.get(external_id="{card}")
like = [each.territory for each in neighbours(place, k=3).neighbours]
card.territories.add(*like)
scheme = add_scheme(
    Content(
        title="Aide à la rénovation des maisons des ménages modestes (fictif)",
        description="Pour isoler les maisons des habitants les plus pauvres, qui ont froid"
        " l’hiver et n’arrivent plus à les chauffer.",
    ),
    by=User.objects.get(email="{manager}"),
    submission=uuid.uuid5(uuid.NAMESPACE_URL, "essaim:story:scheme"),
)
actions.embed([scheme.pk], "scheme")
print(json.dumps({{"place": place.label, "address": place.address, "like": [each.label for each in like]}}))
"""

TWO_WORKING_DAYS = """
import django; django.setup()
from django.utils import formats, timezone, translation
from essaim.common.working_days import working_days_after
translation.activate("{language}")
print(formats.date_format(working_days_after(timezone.localdate(), 2), "DATE_FORMAT"))
"""


def press(person: Any, selector: str) -> Any:
    person.page.locator(selector).first.click()
    person.page.wait_for_load_state()
    person.check()
    return person.page


def text(person: Any, selector: str = "main") -> str:
    return str(person.page.locator(selector).first.inner_text())


@pytest.mark.parametrize(
    ("language", "width"), [("fr", 1280), ("en", 360)], ids=["french", "english, telephone"]
)
def test_a_need_is_answered_by_four_people(
    visit: Callable[..., Any], language: str, width: int
) -> None:
    said = {name: words[language] for name, words in SAID.items()}
    town = visit(width=width, language=language)
    email = f"rurale-{language}@essaim.example"
    setting = json.loads(
        town.server.python(
            SETTING.format(
                number=["fr", "en"].index(language),
                email=email,
                password=PASSWORD,
                card=CARD,
                manager=MANAGER,
            )
        ).splitlines()[-1]
    )

    # 1. The town: from the home page's search, in one more step.
    town.sign_in(email, PASSWORD)
    page = town.go("/")
    town.check()
    page.fill("main [name=q]", NEED[language])
    page = press(town, "main button[formaction='/besoins/nouveau']")
    assert page.locator("[name=text]").input_value() == NEED[language]
    assert page.locator("[name=territory]").input_value() == setting["place"]
    page.locator("main details summary").first.click()
    page.fill("[name=for_whom]", "ménages modestes")
    page.fill("[name=budget_max]", "20000")
    page = press(town, "main form button[type=submit]")
    need = re.search(r"/besoins/(\d+)$", page.url)
    assert need

    # 2. Its answers, each with why.
    page = press(town, "main #reponses a.fr-btn")
    initiatives = page.locator("#initiative li.matching-answer")
    lines = [line.replace("\xa0", " ") for line in initiatives.all_inner_texts()]
    proven = [line for line in lines if said["proof"] in line]
    assert len(proven) >= 2, initiatives.all_inner_texts()
    assert any("Enerterre" in line for line in proven)
    similar = text(town, "#territory")
    assert all(label in similar for label in setting["like"])
    assert said["runs"] in similar
    assert page.locator("#scheme li.matching-answer").count() >= 1
    pool = page.locator("#pool li.matching-answer").first
    assert "Enerterre" in pool.inner_text() and said["joins"] in pool.inner_text()
    assert "Dominique Marraine" in text(town, "#sponsor")

    # 3. The holder is written to in the need's own words, and accepts.
    enerterre = page.locator("#initiative li.matching-answer", has_text="Enerterre")
    enerterre.locator("a[href*='interesse']").click()
    page.wait_for_load_state()
    town.check()
    assert page.locator("[name=message]").input_value() == NEED[language]
    page = press(town, "main form:has([name=message]) button[type=submit]")
    page = press(town, "main a[href^='/mises-en-relation/']")
    introduction = page.url.split("/", 3)[-1]
    holder = visit(width=width, language=language)
    holder.sign_in(HOLDER, PASSWORD)
    holder.go(f"/{introduction}")
    holder.check()
    assert NEED[language] in text(holder)
    press(holder, "main form[action$='/accepter'] button")
    town.go(f"/{introduction}")
    assert said["accepted"] in text(town) and said["accepted"] in text(holder)

    # 4. A sponsor, by the next two working days: the right contact, the procedure, a calendar.
    page = town.go(f"/besoins/{need[1]}/reponses")
    page = press(town, "#sponsor a[href*='/parrains/demander']")
    assert NEED[language] in page.locator("[name=question]").input_value()
    page.select_option("[name=knowledge]", "law")
    page = press(town, "main form:has([name=question]) button[type=submit]")
    request = page.url.split("/", 3)[-1]
    assert said["waiting"] in text(town) and "Dominique Marraine" in text(town)
    by = town.server.python(TWO_WORKING_DAYS.format(language=language)).splitlines()[-1]
    assert by in text(town), "a sponsor answers within two working days"
    sponsor = visit(width=width, language=language)
    sponsor.sign_in(SPONSOR, PASSWORD)
    sponsor.go(f"/{request}")
    sponsor.check()
    press(sponsor, "main form[action$='/prendre'] button")
    theirs = sponsor.go(f"/{request}/conseil")
    theirs.fill("[name=contact]", "Le service de l’habitat du département.")
    press(sponsor, "main form:has([name=contact]) button[type=submit]")
    theirs = sponsor.go(f"/{request}/calendrier")
    theirs.fill("[name=title]", f"Écrire au service de l’habitat ({language})")
    theirs.fill("[name=due_on]", (dt.date.today() + dt.timedelta(days=30)).isoformat())
    press(sponsor, "main form:has([name=due_on]) button[type=submit]")
    town.go(f"/{request}")
    town.check()
    assert said["taken"] in text(town)
    assert "Le service de l’habitat du département." in text(town)
    town.go("/mon-espace")
    assert f"Écrire au service de l’habitat ({language})" in text(town)

    # 5. What nothing answers reaches those who run programmes.
    page = town.go("/besoins/nouveau")
    page.fill("[name=text]", UNMET[language])
    press(town, "main form button[type=submit]")
    town.server.python(
        "import django; django.setup();"
        "from essaim.matching.actions import standing; standing.weigh(standing.unread())"
    )
    manager = visit(width=width, language=language)
    manager.sign_in(MANAGER, PASSWORD)
    manager.go(f"/besoins/sans-reponse?territory={setting['address']}")
    manager.check()
    assert UNMET[language] in text(manager)
    assert NEED[language] not in text(manager)
    group = manager.page.locator(".matching-group", has_text=UNMET[language])
    group.locator("a.fr-btn", has_text=said["opens"]).click()
    manager.page.wait_for_load_state()
    manager.check()
    assert re.search(r"[?&]need=\d+", manager.page.url)
    assert manager.page.locator("main form [name=title]").input_value()
