"""Applications at each step: the database refuses the rest."""

from __future__ import annotations

import io
import uuid
import zipfile
from dataclasses import dataclass
from typing import Any

from essaim.calls.actions import applying, partners, submitting, writing
from essaim.calls.models import Application, Call, Partner, Submission
from essaim.people.models import Organisation, User
from tests.calls.factories import CallFactory
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory

TEXT = "Former des habitants, puis rénover avec eux."


@dataclass
class Story:
    """``holder`` represents the organisation, ``colleague`` is its member."""

    application: Application
    holder: User
    colleague: User

    @property
    def call(self) -> Call:
        return self.application.call

    @property
    def organisation(self) -> Organisation:
        assert self.application.organisation is not None
        return self.application.organisation

    def fresh(self) -> Application:
        self.application = Application.objects.for_detail().get(pk=self.application.pk)
        return self.application

    @property
    def version(self) -> Submission:
        return self.application.versions.get(number=self.fresh().last_number)


def team(**fields: Any) -> tuple[Organisation, User, User]:
    organisation = OrganisationFactory(**{"kind": "association", **fields})
    holder = MembershipFactory(organisation=organisation, role="representative").user
    colleague = MembershipFactory(organisation=organisation).user
    return organisation, holder, colleague


def begin(
    call: Call, by: User, organisation: Organisation | None = None, **more: Any
) -> Application:
    given = {"submission": uuid.uuid4(), "title": "Chantiers avec les habitants"} | more
    return applying.start(call, by=by, organisation=organisation, **given)


def application(call: Call | None = None, **more: Any) -> Story:
    organisation, holder, colleague = team()
    made = begin(call or CallFactory(), holder, organisation, **more)
    return Story(Application.objects.for_detail().get(pk=made.pk), holder, colleague)


def save(
    story: Story, slug: str, content: dict[str, Any], by: User | None = None, **more: Any
) -> None:
    known = story.application.answers.filter(block=slug).first()
    version = known.version if known else 0
    writing.save_block(
        story.application, slug, content, by=by or story.holder, **{"version": version, **more}
    )


def filled(call: Call | None = None, **more: Any) -> Story:
    """Every block of the simple form is answered and read."""
    story = application(call, **more)
    save(story, "projet", {"what": TEXT, "requested_cents": 12_000_00})
    save(story, "essaimage", {"transfer": ""})
    story.fresh()
    return story


def submit(story: Story, **more: Any) -> Submission:
    given = {"by": story.holder, "submission": uuid.uuid4()} | more
    return submitting.submit(story.application, **given)


def submitted(call: Call | None = None, **more: Any) -> Story:
    story = filled(call, **more)
    submit(story)
    story.fresh()
    return story


def partner(story: Story, **more: Any) -> tuple[Partner, User]:
    """Invited; who represents it comes with it."""
    organisation, representative, _member = team()
    made = partners.invite_partner(
        story.application, organisation, by=story.holder,
        **{"submission": uuid.uuid4(), "part": "Accueille un chantier.", **more},
    )  # fmt: skip
    return made, representative


def by_person(call: Call | None = None) -> Story:
    person = UserFactory()
    made = begin(call or CallFactory(persons_may_apply=True), person)
    story = Story(Application.objects.for_detail().get(pk=made.pk), person, person)
    save(story, "projet", {"what": TEXT})
    save(story, "essaimage", {"transfer": ""})
    story.fresh()
    return story


def archive(**files: bytes) -> io.BytesIO:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as opened:
        for name, content in files.items():
            opened.writestr(name.replace("__", "."), content)
    made.seek(0)
    return made
