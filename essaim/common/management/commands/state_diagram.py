"""``essaim state_diagram``: the states of every object, drawn from the code into docs/states.md."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db.models import Model
from django.utils import translation
from django_fsm import FSMFieldMixin

PAGE = Path(settings.BASE_DIR) / "docs" / "states.md"
HEAD = """# States

Written by `essaim state_diagram` from the transitions of the models; a test compares. Each arrow \
is a transition, named as in the code: who may make it is in the app's `rules.py`, who does is its \
`actions`.
"""


class Command(BaseCommand):
    help = "Write docs/states.md from the transitions that the models declare."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="write nothing, exit 1 if it differs"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        page = render()
        if options["check"]:
            if not PAGE.exists() or PAGE.read_text("utf-8") != page:
                self.stdout.write("docs/states.md is out of date: run essaim state_diagram")
                sys.exit(1)
            return
        PAGE.write_text(page, "utf-8")
        self.stdout.write(f"Written: {PAGE.name}")


def fields() -> Iterator[tuple[type[Model], Any]]:
    """Every state field of our own models, in a stable order."""
    for model in sorted(apps.get_models(), key=lambda m: m._meta.label):
        tracked = hasattr(model, "pgh_tracked_model")  # history copies the field, not its life
        if model._meta.app_config.name.startswith("essaim.") and not tracked:
            for field in model._meta.get_fields():
                if isinstance(field, FSMFieldMixin):
                    yield model, field


def render() -> str:
    with translation.override("fr"):
        return HEAD + "".join(_section(model, field) for model, field in fields())


def _section(model: type[Model], field: Any) -> str:
    lines = ["```mermaid", "stateDiagram-v2"]
    labels = {str(value): str(label) for value, label in field.flatchoices}
    lines += [f"    {value} : {value} – {label}" for value, label in labels.items()]
    lines.append(f"    [*] --> {field.default}")
    edges = {
        (source, target, transition.name)
        for transition in field.get_all_transitions(model)
        for source in _sources(transition.source, list(labels))
        for target in _targets(transition.target, source)
    }
    order = list(labels)
    lines += [
        f"    {source} --> {target} : {name}"
        for source, target, name in sorted(
            edges, key=lambda edge: (order.index(edge[0]), order.index(edge[1]), edge[2])
        )
    ]
    leaving = {source for source, _target, _name in edges}
    lines += [f"    {value} --> [*]" for value in order if value not in leaving]
    lines.append("```")
    title = f"{model._meta.label}.{field.name}"
    return (
        f"\n## {title}\n{str(model._meta.verbose_name).capitalize()}.\n\n" + "\n".join(lines) + "\n"
    )


def _sources(source: Any, known: list[str]) -> list[str]:
    """``*`` stands for every state."""
    return known if source in {"*", "+"} else [str(source)]


def _targets(target: Any, source: str) -> list[str]:
    """A target computed by the transition lists the states it may give; none stays in place."""
    if target is None:
        return [source]
    allowed = getattr(target, "allowed_states", None)
    return [str(state) for state in allowed] if allowed else [str(target)]
