"""A new database in seconds rather than minutes.

For each table, column, constraint, index or trigger that a migration adds, Django builds anew
the model of every table related to it: with a hundred related tables, nearly all the time of a
first start. Here the new model alone is built (its relations are added to the others as when an
application starts), a column joins the model as it stands, and a constraint, an index or a
trigger changes the one list it belongs to. What removes or alters goes Django's way.
"""

from __future__ import annotations

from typing import Any

from django.db.migrations.state import ModelState, ProjectState
from django.db.models import NOT_PROVIDED
from pgtrigger.migrations import AddTrigger, RemoveTrigger


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


def _remove_trigger(self: RemoveTrigger, app_label: str, state: Any) -> None:
    model_state = state.models[app_label, self.model_name]
    triggers = [each for each in model_state.options.get("triggers", []) if each.name != self.name]
    model_state.options["triggers"] = triggers
    if "apps" in state.__dict__:
        state.apps.get_model(app_label, self.model_name)._meta.triggers = triggers


_add_any_field = ProjectState.add_field


def _add_field(self: Any, *given: Any) -> None:
    app_label, model_name, name, field, preserve_default = given
    # Many to many: a table of its own.
    if field.many_to_many or "apps" not in self.__dict__:
        _add_any_field(self, *given)
        return
    field = field.clone()
    if not preserve_default:
        field.default = NOT_PROVIDED
    key = app_label, model_name
    self.models[key].fields[name] = field
    if self._relations is not None:
        self.resolve_model_field_relations(key, name, field)
    model = self.apps.get_model(*key)
    # Where the other end of a relation is looked for: among the tables of now, not of the day when
    # this model was built.
    model._meta.apps = self.apps
    model.add_to_class(name, field.clone())


def _append_option(self: Any, app_label: str, model_name: str, option_name: str, obj: Any) -> None:
    options = self.models[app_label, model_name].options
    options[option_name] = [*options[option_name], obj]
    if "apps" in self.__dict__:
        meta = self.apps.get_model(app_label, model_name)._meta
        setattr(meta, option_name, [*getattr(meta, option_name), obj])


def use() -> None:
    ProjectState.add_model = _add_model  # type: ignore[method-assign]
    ProjectState.add_field = _add_field  # type: ignore[method-assign,assignment]
    ProjectState._append_option = _append_option  # type: ignore[attr-defined]
    AddTrigger.state_forwards = _add_trigger  # type: ignore[method-assign]
    RemoveTrigger.state_forwards = _remove_trigger  # type: ignore[method-assign]
