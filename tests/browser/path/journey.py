"""What the stages share: the people, how each goes from page to page, and the pictures of the tour.

A person goes as in life: from the page before their eyes, the menu, the search of the header,
their workspace, or a link that was sent to them. An address is typed to come in only; ``typed``
keeps each, and the test says how many there may be.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from essaim.people.demonstration import PASSWORD

from . import cast
from .tour import Tour

Words = str | re.Pattern[str]


class Journey:
    """One person's pages are opened once, and kept from stage to stage."""

    def __init__(self, visit: Callable[..., Any] | None, server: Any, tour: Tour | None = None):
        self.visit = visit
        self.server = server
        self.tour = tour
        # What was learnt on the way: labels of places, addresses to be found again in a mail.
        self.facts: dict[str, str] = {}
        self.people: dict[str, Any] = {}
        self.last = ""
        # Who typed which address.
        self.typed: list[str] = []

    @property
    def page(self) -> Any:
        """What the last person has before their eyes."""
        return self.people[self.last].page

    def as_(self, who: str) -> Any:
        """The browser of this person of the cast, signed in; ``visitor`` has no account, and
        begins with the home page."""
        self.last = who
        if who not in self.people:
            assert self.visit is not None
            visit = self.people[who] = self.visit()
            self.typed.append(f"{who}: /")
            visit.go("/")
            if who in cast.PEOPLE:
                self._sign_in(visit)
        return self.people[who]

    def _sign_in(self, visit: Any) -> None:
        """From the home page, as its header says."""
        page = visit.page
        page.locator("header").get_by_role("link", name="Se connecter").first.click()
        page.wait_for_load_state()
        visit.fill_sign_in(cast.address(self.last), PASSWORD)

    def opens(self, who: str, link: str) -> Any:
        """The link of a message that this person received; without an account."""
        self.last = who
        assert self.visit is not None
        visit = self.people[who] = self.visit()
        self.typed.append(f"{who}: {link}")
        visit.go(link)
        return visit.page

    # --- from one page to another ---------------------------------------------------------------
    def _click(self, link: Any) -> Any:
        link.click()
        self.page.wait_for_load_state()
        return self.page

    def home(self, who: str) -> Any:
        """By the name of the site, at the top of every page."""
        self.as_(who)
        return self._click(self.page.locator("header .fr-header__service a"))

    def space(self, who: str) -> Any:
        """« Mon espace », in the header of every page."""
        page = self.as_(who).page
        return self._click(page.locator("header").get_by_role("link", name="Mon espace").first)

    def menu(self, who: str, *names: str) -> Any:
        """An entry of the main menu; before it, the group that it opens from."""
        page = self.as_(who).page
        menu = page.locator("#menu")
        *groups, entry = names
        for name in groups:
            button = menu.get_by_role("button", name=name, exact=True)
            if button.get_attribute("aria-expanded") != "true":
                button.click()
        return self._click(menu.get_by_role("link", name=entry, exact=True))

    def finds(self, who: str, words: str, title: Words) -> Any:
        """By the search of the header, as someone who was told of it."""
        page = self.as_(who).page
        page.locator("header [name=q]").fill(words)
        with page.expect_navigation():
            page.locator("header [name=q]").press("Enter")
        return self.follow(title)

    def again(self, who: str) -> Any:
        """The same page, read again: somebody else acted meanwhile."""
        page = self.as_(who).page
        page.reload()
        return page

    def press(self, name: str) -> Any:
        """The button of this name on the last person's page."""
        main = self.page.locator("main")
        return self._click(main.get_by_role("button", name=name, exact=True).first)

    def follow(self, name: Words, within: str = "main") -> Any:
        """The link of this name, as a person does who reads what comes next."""
        return self._click(self.page.locator(within).get_by_role("link", name=name).first)

    def follow_to(self, end: str) -> Any:
        """The link of this page that leads there: one of several that bear a like name."""
        return self._click(self.page.locator(f"main a[href$='{end}']").first)

    def waits_for(self, who: str, title: str) -> Any:
        """This person's workspace names what waits for them, or what is new, and leads there. A
        job may have to bring it: the page is read again until then."""
        self.space(who)
        link = self.page.locator("main").get_by_role("link", name=re.compile(title))
        self.until(lambda: bool(link.count()), title)
        return self._click(link.first)

    def until(self, holds: Callable[[], bool], what: str) -> None:
        """A job brings it: the page is read again until it holds, a minute at most."""
        for _second in range(60):
            if holds():
                return
            self.page.wait_for_timeout(1000)
            self.page.reload()
        raise AssertionError(f"{self.last}, {self.page.url}: {what}\n{self.words()}")

    def until_read(self, words: str) -> None:
        self.until(lambda: words in self.words(), words)

    # --- what is done and read there ------------------------------------------------------------
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

    def send(self, form: str) -> Any:
        """The first button of the form that holds this."""
        page = self.page
        return self._click(page.locator(f"main form:has({form}) button[type=submit]").first)

    def words(self) -> str:
        """What the last person reads."""
        text = str(self.page.locator("main").inner_text())
        return text.replace("\u202f", " ").replace("\xa0", " ")

    def reads(self, *expected: str) -> None:
        """All of these are on the last person's page, whatever the case of badges."""
        text = self.words().lower()
        missing = [each for each in expected if each.lower() not in text]
        assert not missing, f"{self.last}, {self.page.url}: {missing}\n{text}"

    def picture(self, name: str, selector: str = "main") -> None:
        """An accessible page without error; its picture for the tour, where one was asked for."""
        self.people[self.last].check()
        if self.tour is not None:
            self.tour.take(self.people[self.last], name, selector)
