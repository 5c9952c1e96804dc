"""The narrated version of the run: pictures with captions, in French and in English.

Written only when it is asked for (``ESSAIM_TOUR`` names the folder): a plain run of the tests
changes nothing in the checkout.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

SIZE = {"width": 1000, "height": 700}
QUALITY = 55  # of the JPEG: 60 kB at most each, and still read with ease

# In the order of the story: French, then English.
CAPTIONS: dict[str, tuple[str, str]] = {
    "need": (
        "Une intercommunalité rurale dit son besoin, en une phrase et dans ses mots : ses pompiers"
        " volontaires ne partent plus, faute de garde pour leurs enfants.",
        "A rural intercommunality states its need, in one sentence and its own words: its"
        " volunteer firefighters no longer answer the call, since nobody minds their children.",
    ),
    "unmet": (
        "Rien de ce qui existe ne convient. Le besoin n’est pas perdu : ceux qui animent la"
        " plateforme le lisent parmi les besoins sans réponse, d’où part un appel.",
        "Nothing that exists fits. The need is not lost: programme managers read it among the"
        " needs without an answer, from which a call may start.",
    ),
    "file": (
        "Ailleurs, un agent a eu une idée. Il entre sans permission, à condition de rendre compte ;"
        " sa hiérarchie ne s’oppose pas, un budget est confié, un prototype commence.",
        "Elsewhere, an agent has an idea. They enter without permission, on condition of"
        " reporting; the hierarchy does not object, a budget is entrusted, a prototype begins.",
    ),
    "workshop": (
        "La réussite devient une fiche, écrite avec une facilitatrice. Chacun trie de son côté ce"
        " qui se garde (le cœur) et ce qui s’adapte (la marge).",
        "The success becomes a card, written with a facilitator. Each sorts alone what must be"
        " kept (the core) and what may be adapted (the margin).",
    ),
    "card": (
        "La fiche est publiée : le dispositif, ses coûts, ce qui n’a pas marché.",
        "The card is published: the device, its costs, and what failed.",
    ),
    "evaluation": (
        "L’équipe évalue elle-même : un plan figé d’abord, puis les données, un effet et son"
        " intervalle.",
        "The team evaluates itself: first a frozen plan, then the data, an effect and its"
        " interval.",
    ),
    "proof": (
        "Des pairs ont lu la pratique. Les sources de preuve se lisent côte à côte ; aucune ne"
        " décide seule.",
        "Peers have read the practice. The sources of proof stand side by side; none of them"
        " decides alone.",
    ),
    "ready": (
        "Six questions, dans l’ordre, chacune avec ce que la fiche sait déjà : « Vous êtes fin"
        " prêt ».",
        "Six questions, in order, each with what the card knows already: “You are ready”.",
    ),
    "strategy": (
        "Une stratégie est choisie, entre contrôle et autonomie.",
        "A strategy is chosen, between control and autonomy.",
    ),
    "results": (
        "Un prix : des lecteurs ont lu, des motifs sont écrits, les résultats paraissent d’un coup.",
        "A prize: readers have read, reasons are written, results appear all at once.",
    ),
    "matched": (
        "Le besoin du début a désormais une réponse, qui dit pourquoi elle est proposée.",
        "The need of the beginning now has an answer, which says why it is proposed.",
    ),
    "pool": (
        "Deux intercommunalités se groupent et prennent chacune une option : une intention, pas"
        " un engagement. La première sera le pilote.",
        "Two intercommunalities form a pool, each with an option: an intention, not a commitment."
        " The first one will be the pilot.",
    ),
    "confirmed": (
        "Après le pilote, les membres jugent ensemble que la preuve est faite ; la seconde"
        " confirme, sans nouvelle procédure.",
        "After the pilot, the members judge together that the concept is proven; the second one"
        " confirms, without a new procedure.",
    ),
    "adaptation": (
        "Un site fait autrement, et le note. La variante est proposée à la fiche, que le porteur"
        " enrichit : les suivants en apprendront.",
        "One site does it differently, and says so. The variant is proposed to the card, and the"
        " holder accepts it: the next sites will learn from it.",
    ),
    "covered": (
        "Deux reprises en service, et le besoin visé est couvert : le changement d’échelle peut"
        " s’arrêter ici.",
        "Two replications are live, and the need aimed at is covered: scaling may stop here.",
    ),
    "national": (
        "Le tableau de bord national le montre ; chaque nombre ouvre les lignes qui le font. Ce"
        " récit est inventé : il n’entre dans aucun total public.",
        "The national dashboard shows it; each number opens the rows behind it. This story is"
        " invented: it enters no public total.",
    ),
}  # fmt: skip
LANGUAGES = ("fr", "en")
PAGES = {
    "fr": (
        "LISEZMOI.md", "D’un besoin à un besoin couvert",
        "Une initiative menée d’un bout à l’autre, par les pages seules. Ces images viennent du"
        " test `tests/browser/test_whole_path.py` (`make tour`) ; personnes, organisations et"
        " chiffres sont inventés.",
        "[In English](README.md)",
    ),
    "en": (
        "README.md", "From a need to a need covered",
        "One initiative carried from end to end, by pages only. These pictures are taken by the"
        " test `tests/browser/test_whole_path.py` (`make tour`); people, organisations and figures"
        " are invented.",
        "[En français](LISEZMOI.md)",
    ),
}  # fmt: skip


class Tour:
    def __init__(self, folder: Path):
        self.folder = folder
        self.taken: list[str] = []
        folder.mkdir(parents=True, exist_ok=True)

    def take(self, visit: Any, name: str, selector: str) -> None:
        """The page where this person stands, in both languages, from this part of it on. In a tab
        of its own: what is being typed stays."""
        address = visit.page.url
        cookies = {"name": "essaim_langue", "url": visit.server.url}
        for language in LANGUAGES:
            visit.context.add_cookies([{**cookies, "value": language}])
            page = visit.context.new_page()
            page.set_viewport_size(SIZE)
            page.goto(address)
            page.wait_for_load_state("networkidle")
            page.locator(selector).first.evaluate(
                "e => window.scrollTo({top: e.getBoundingClientRect().top + scrollY - 16,"
                " behavior: 'instant'})"
            )
            page.screenshot(
                path=self._picture(language, name),
                type="jpeg",
                quality=QUALITY,
                animations="disabled",
            )
            page.close()
        visit.context.clear_cookies(name="essaim_langue")
        self.taken.append(name)

    def _picture(self, language: str, name: str) -> Path:
        number = list(CAPTIONS).index(name) + 1
        return self.folder / f"{number:02d}-{name}-{language}.jpg"

    def write(self) -> None:
        """The two pages, once every picture is there."""
        assert self.taken == list(CAPTIONS)
        for position, language in enumerate(LANGUAGES):
            file, title, intro, other = PAGES[language]
            parts = [f"# {title}", intro, other]
            for number, (name, captions) in enumerate(CAPTIONS.items(), 1):
                picture = self._picture(language, name).name
                parts += [f"{number}. {captions[position]}", f"![{captions[position]}]({picture})"]
            (self.folder / file).write_text("\n\n".join(parts) + "\n")
