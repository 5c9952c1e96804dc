"""What ``make bench PART=calls`` measures on: one call, its applications, readers and readings, at
any size, written in bulk as the application's role.
"""

from __future__ import annotations

import hashlib
from typing import Any

from essaim.common.bench import Say

OFFICER, READER = "banc-calls@essaim.example", "banc-calls-lecteur@essaim.example"
SLUG = "banc-appel"
LEVELS = ["rien n’en est dit", "une intention", "prévu", "prévu, avec qui et comment"]
WORDS = "Un atelier où l’on répare ensemble ce qui allait être jeté, ouvert à tous. "
FILE_BYTES = 20_000


def write(applications: int, readers: int, readings: int, say: Say) -> None:
    from django.db import transaction

    with transaction.atomic():
        call, officer = _call()
        made = _applications(call, officer, applications)
        say(f"{applications} applications")
        found = _round(call, officer)
        _readings(found, readers, readings)
        say(f"{readings} readings by {readers} readers")
        _decide(call, found, made)


def _call() -> tuple[Any, Any]:
    import datetime as dt

    from django.utils import timezone

    from essaim.calls.models import Call, CollegeKind, Criterion, FormVersion, Officer, State
    from essaim.people.models import Membership, Organisation, User

    now = timezone.now()
    officer, _made = User.objects.get_or_create(email=OFFICER, defaults={"name": "Banc"})
    organiser = Organisation.objects.create(
        name="Organisateur du banc", slug="banc-organisateur", kind="central_service"
    )
    Membership.objects.create(user=officer, organisation=organiser)
    call = Call.objects.create(
        slug=SLUG, title="Appel du banc", summary=WORDS, kind="projects", organiser=organiser,
        state=State.CLOSED, opens_at=now - dt.timedelta(days=60),
        closes_at=now - dt.timedelta(days=1), form_number=1, edition_number=1,
    )  # fmt: skip
    Officer.objects.create(call=call, user=officer)
    fields = [
        {"name": f"q{n}", "label": f"Question {n}", "kind": "long", "longest": 3000}
        for n in range(8)
    ]
    files = [{"name": "plan", "label": "Plan", "kind": "file", "required": False}]
    FormVersion.objects.create(
        call=call, number=1,
        blocks=[
            {"slug": f"bloc-{n}", "title": f"Bloc {n}", "why": "",
             "fields": fields + (files if n == 0 else [])}
            for n in range(4)
        ],
    )  # fmt: skip
    for college in (CollegeKind.INNOVATORS, CollegeKind.USERS, CollegeKind.JURY):
        for position in range(2):
            Criterion.objects.create(
                call=call, position=position, college=college, title=f"Critère {position}",
                question="Est-ce utile ?", levels=LEVELS,
            )  # fmt: skip
    return call, officer


def _applications(call: Any, officer: Any, count: int) -> list[Any]:
    """A tenth more are drafts, and stay so."""
    from django.core.files.base import ContentFile
    from django.utils import timezone

    from essaim.calls.models import Answer, Application, ApplicationFile, Submission
    from essaim.people.models import Organisation, OrganisationKind
    from essaim.territories.models import Territory

    now = timezone.now()
    kinds = list(OrganisationKind.values)
    places = list(Territory.objects.current().filter(kind="commune").order_by("code")[:5000])
    organisations = Organisation.objects.bulk_create(
        [
            Organisation(
                name=f"Candidat {n} du banc", slug=f"banc-candidat-{n}", kind=kinds[n % len(kinds)]
            )
            for n in range(count + count // 10)
        ],
        batch_size=1000,
    )
    made = Application.objects.bulk_create(
        [
            Application(
                call=call, organisation=organisations[n], title=f"Projet {n} du banc",
                territory=places[n * 7 % len(places)], requested_cents=(n % 90 + 10) * 100_000,
                **(
                    {"state": "eligible", "number": n + 1, "last_number": 1, "submitted_at": now}
                    if n < count
                    else {"state": "draft"}
                ),
            )
            for n in range(count + count // 10)
        ],
        batch_size=1000,
    )  # fmt: skip
    content = {f"bloc-{b}": {f"q{n}": WORDS * 6 for n in range(8)} for b in range(4)}
    Answer.objects.bulk_create(
        [
            Answer(application=each, block=slug, content=said, is_checked=True)
            for each in made
            for slug, said in content.items()
        ],
        batch_size=1000,
    )
    data = b"%PDF-1.4 " + b"x" * FILE_BYTES
    digest = hashlib.sha256(data).hexdigest()
    one = ApplicationFile(
        application=made[0], block="bloc-0", field="plan", file_name="plan.pdf", size=len(data),
        media_type="application/pdf", sha256=digest,
    )  # fmt: skip
    one.file.save("plan.pdf", ContentFile(data), save=False)
    files = ApplicationFile.objects.bulk_create(
        [
            ApplicationFile(
                application=each, block="bloc-0", field="plan", file=one.file.name,
                file_name="plan.pdf", size=len(data), media_type="application/pdf", sha256=digest,
            )
            for each in made[:count]
        ],
        batch_size=1000,
    )  # fmt: skip
    Submission.objects.bulk_create(
        [
            Submission(
                application=each.application, number=1, form_number=1, sha256=digest, at=now,
                content={
                    "blocks": content, "partners": [],
                    "files": [{"id": each.pk, "name": "plan.pdf", "size": each.size,
                               "sha256": digest, "block": "bloc-0", "field": "plan"}],
                },
            )
            for each in files
        ],
        batch_size=500,
    )  # fmt: skip
    return made[:count]


def _round(call: Any, officer: Any) -> Any:
    import datetime as dt

    from django.utils import timezone

    from essaim.calls.actions.reading import open_reading

    now = timezone.now()
    return open_reading(
        call, answer_by=now + dt.timedelta(days=5), read_by=now + dt.timedelta(days=20),
        discuss_by=now + dt.timedelta(days=30), per_item={}, by=officer,
    )  # fmt: skip


def _readings(found: Any, readers: int, readings: int) -> None:
    from django.utils import timezone

    from essaim.peers.models import Item, Reading, Round, Seat
    from essaim.people.models import User

    now = timezone.now()
    colleges = list(found.colleges.prefetch_related("criteria").order_by("kind"))
    people = User.objects.bulk_create(
        [
            User(
                email=READER if not n else f"banc-calls-{n}@essaim.example", name=f"Lecteur {n}"
            )
            for n in range(readers)
        ],
        batch_size=1000,
    )  # fmt: skip
    seats = Seat.objects.bulk_create(
        [
            Seat(
                round=found, college=colleges[n % len(colleges)], user=person, number=n + 1,
                state="accepted", answered_at=now, max_load=200,
            )
            for n, person in enumerate(people)
        ]
    )  # fmt: skip
    items = list(Item.objects.filter(round=found).order_by("pk"))
    pairs: set[tuple[int, int]] = set()
    n = 0
    while len(pairs) < min(readings, len(items) * len(seats)):
        pairs.add((n % len(items), (n * 7 + n // len(items)) % len(seats)))
        n += 1
    rows = []
    for number, (item, seat) in enumerate(sorted(pairs)):
        college = colleges[seat % len(colleges)]
        answers = {
            str(line.pk): {"level": 1 + (number + seat) % 4, "why": WORDS}
            for line in college.criteria.all()
        }
        done = number % 10 > 0
        rows.append(
            Reading(
                item=items[item], seat=seats[seat], origin="plan", answers=answers,
                state="submitted" if done else "assigned", submitted_at=now if done else None,
                comment=WORDS,
            )
        )  # fmt: skip
    Reading.objects.bulk_create(rows, batch_size=1000)
    Round.objects.filter(pk=found.pk).update(state="discussing")


def _decide(call: Any, found: Any, applications: list[Any]) -> None:
    from essaim.calls.actions.scoring import refresh_scores
    from essaim.calls.models import Call, Decision, State

    Call.objects.filter(pk=call.pk).update(state=State.DECIDING)
    refresh_scores(Call.objects.get(pk=call.pk))
    Decision.objects.bulk_create(
        [
            Decision(
                application=each, call=call, reasons="Parce que.",
                outcome="laureate" if n % 10 == 0 else "not_selected",
            )
            for n, each in enumerate(applications)
        ],
        batch_size=1000,
    )  # fmt: skip
