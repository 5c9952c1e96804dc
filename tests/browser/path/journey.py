"""What the stages share: the people, where each thing lives, and the pictures of the tour."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from essaim.people.demonstration import PASSWORD

from . import cast
from .tour import Tour


class Journey:
    """One person's pages are opened once, and kept from stage to stage."""

    def __init__(self, visit: Callable[..., Any] | None, server: Any, tour: Tour | None = None):
        self.visit = visit
        self.server = server
        self.tour = tour
        # Addresses of what was made on the way.
        self.facts: dict[str, str] = {}
        self.people: dict[str, Any] = {}
        self.last = ""

    @property
    def page(self) -> Any:
        """What the last person has before their eyes."""
        return self.people[self.last].page

    def as_(self, who: str) -> Any:
        """The browser of this person of the cast, signed in; ``visitor`` has no account."""
        self.last = who
        if who not in self.people:
            visit, known = self._open(who)
            if who in cast.PEOPLE and not known:
                visit.sign_in(cast.address(who), PASSWORD)
            self.people[who] = visit
        return self.people[who]

    def _open(self, who: str) -> tuple[Any, bool]:
        assert self.visit is not None
        return self.visit(), False

    def at(self, who: str, path: str) -> Any:
        """This person's page at this address, or at what was kept under this name."""
        return self.as_(who).go(self.facts.get(path, path))

    def keep(self, name: str) -> str:
        """Keep where the last person stands, under a name."""
        page = self.page
        self.facts[name] = re.sub(r"^https?://[^/]+|[?#].*$", "", page.url)
        return self.facts[name]

    def press(self, name: str) -> Any:
        """The button of this name on the last person's page."""
        page = self.page
        page.locator("main").get_by_role("button", name=name, exact=True).first.click()
        page.wait_for_load_state()
        return page

    def follow(self, name: str | re.Pattern[str]) -> Any:
        """The link of this name, as a person does who reads what comes next."""
        page = self.page
        page.locator("main").get_by_role("link", name=name).first.click()
        page.wait_for_load_state()
        return page

    def fill(self, **fields: Any) -> None:
        """Fields by their names: a text, an option's value, or True for a box to tick."""
        page = self.page
        for name, value in fields.items():
            field = page.locator(f"main [name='{name}']").first
            kind = field.evaluate("e => e.type || e.tagName.toLowerCase()")
            if kind == "checkbox":
                field.check(force=True)
            elif kind == "radio":
                page.locator(f"main [name='{name}'][value='{value}']").check(force=True)
            elif kind.startswith("select"):
                field.select_option(value)
            else:
                field.fill(str(value))

    def words(self) -> str:
        """What the last person reads."""
        text = str(self.page.locator("main").inner_text())
        return text.replace("\u202f", " ").replace("\xa0", " ")

    def reads(self, *expected: str) -> None:
        """All of these are on the last person's page, whatever the case of badges."""
        text = self.words().lower()
        missing = [each for each in expected if each.lower() not in text]
        assert not missing, f"{self.last}, {self.page.url}: {missing}\n{text}"

    def waits_for(self, who: str, title: str) -> Any:
        """This person's workspace names what waits for them, and leads there."""
        self.at(who, "/mon-espace")
        return self.follow(re.compile(title))

    def picture(self, name: str, selector: str = "main") -> None:
        """An accessible page without error; its picture for the tour, where one was asked for."""
        self.people[self.last].check()
        if self.tour is not None:
            self.tour.take(self.people[self.last], name, selector)
