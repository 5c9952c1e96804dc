"""A new database in seconds rather than minutes.

For each table and each trigger that a migration adds, Django builds anew the model of every
table related to it: with a hundred related tables, nearly all the time of a first start. Here
the new model alone is built (its relations are added to the others as when an application
starts), and a trigger changes the one list it belongs to.
"""

from __future__ import annotations

from typing import Any

from django.db.migrations.state import ModelState, ProjectState
from pgtrigger.migrations import AddTrigger


def _add_model(self: Any, model_state: ModelState) -> None:
    key = model_state.app_label, model_state.name_lower
    self.models[key] = model_state
    if self._relations is not None:
        self.resolve_model_relations(key)
    if "apps" in self.__dict__:
        self.apps.render_multiple([model_state])


def _add_trigger(self: AddTrigger, app_label: str, state: Any) -> None:
    model_state = state.models[app_label, self.model_name]
    triggers = [*model_state.options.get("triggers", []), self.trigger]
    model_state.options["triggers"] = triggers
    if "apps" in state.__dict__:
        state.apps.get_model(app_label, self.model_name)._meta.triggers = triggers


def use() -> None:
    ProjectState.add_model = _add_model  # type: ignore[method-assign]
    AddTrigger.state_forwards = _add_trigger  # type: ignore[method-assign]
