"""The house keeps its floors: imports, foreign keys, names, texts."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.template import engines
from procrastinate.contrib.django import app as jobs

from essaim.common import catalogues
from essaim.people import audit as people_audit

PROJECT = Path(__file__).resolve().parent.parent
CONTRACT = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["importlinter"]
LAYERS = [
    {name.strip().removeprefix("essaim.") for name in layer.split("|")}
    for layer in CONTRACT["contracts"][0]["layers"]
]


def floor(app: str) -> int:
    return next(number for number, names in enumerate(reversed(LAYERS)) if app in names)


def ours() -> list[str]:
    return sorted(p.parent.name for p in (PROJECT / "essaim").glob("*/apps.py"))


def test_every_app_has_a_floor() -> None:
    assert set(ours()) == set().union(*LAYERS)


def test_imports_only_go_down() -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports"],
        cwd=PROJECT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_foreign_keys_only_point_down() -> None:
    user = get_user_model()
    wrong = []
    for model in apps.get_models(include_auto_created=True):
        app = model._meta.app_config.name
        if not app.startswith("essaim."):
            continue
        for field in model._meta.get_fields():
            target = field.related_model if field.concrete and field.is_relation else None
            if target is None or target is user or isinstance(target, str):
                continue
            there = target._meta.app_config.name
            if not there.startswith("essaim.") or there == app:
                continue
            if floor(there.removeprefix("essaim.")) >= floor(app.removeprefix("essaim.")):
                wrong.append(f"{model._meta.label}.{field.name} → {target._meta.label}")
    assert not wrong


@pytest.mark.parametrize("app", catalogues.apps())
def test_the_english_catalogue_is_complete(app: str) -> None:
    assert [f"{p.why}: {p.message}" for p in catalogues.problems(app)] == []


def modules() -> list[Path]:
    return [
        path
        for folder in ("essaim", "config")
        for path in sorted((PROJECT / folder).rglob("*.py"))
        if "migrations" not in path.parts
    ]


def test_no_module_outgrows_its_room() -> None:
    long = {p.relative_to(PROJECT).as_posix(): len(p.read_text().splitlines()) for p in modules()}
    assert {name: lines for name, lines in long.items() if lines > 400} == {}


def test_migrations_write_as_who_migrates() -> None:
    """Through another connection they would wait for their own transaction: the first start of
    the product would never end. Tests have one connection only, and cannot meet it."""
    for path in (PROJECT / "essaim").glob("*/migrations/0*.py"):
        text = path.read_text()
        assert text.count(".objects") == text.count(".objects.using("), path


CLOCK = {"today", "now", "localdate", "localtime"}


def read_at_import(node: ast.AST) -> Iterator[int]:
    """Lines that ask what time it is while their module is read, not when somebody calls."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        now: list[ast.expr] = [*node.decorator_list, *node.args.defaults]
        for default in (*now, *filter(None, node.args.kw_defaults)):
            yield from read_at_import(default)
        return
    if isinstance(node, ast.Lambda):
        return
    if isinstance(node, ast.Call):
        asked = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
        if asked in CLOCK:
            yield node.lineno
    for child in ast.iter_child_nodes(node):
        yield from read_at_import(child)


def test_no_day_is_kept_from_when_a_module_was_read() -> None:
    """A server runs for weeks, a test run may begin before midnight and end after it."""
    tests = sorted((PROJECT / "tests").rglob("*.py"))
    kept = [
        f"{path.relative_to(PROJECT)}:{line}"
        for path in (*modules(), *tests)
        for line in read_at_import(ast.parse(path.read_text()))
    ]
    assert kept == []
    assert list(read_at_import(ast.parse("DAY = localdate()\ndef later(day=today()): ...")))


def test_models_have_no_logic_in_save() -> None:
    for path in modules():
        if "models" not in path.parts and path.name != "models.py":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            assert not (isinstance(node, ast.FunctionDef) and node.name == "save"), path


def test_views_write_only_through_actions() -> None:
    """No view calls save, create or delete on a model: actions are the only writers."""
    writing = {"save", "create", "bulk_create", "delete", "update_or_create", "get_or_create"}
    wrong = []
    for path in modules():
        if path.name not in {"views.py", "forms.py", "rules.py"} and "views" not in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in writing
                and "objects" in ast.unparse(node.func.value)
            ):
                wrong.append(f"{path.relative_to(PROJECT)}:{node.lineno}")
    assert not wrong


def templates() -> dict[str, Path]:
    found = {}
    for path in sorted((PROJECT / "essaim").rglob("templates/**/*")):
        if path.is_file():
            parts = path.parts
            found["/".join(parts[parts.index("templates") + 1 :])] = path
    return found


def test_templates_compile_and_hold_nothing_inline() -> None:
    """The content security policy would block it, and the page would fail for everyone."""
    for name, path in templates().items():
        engines["django"].get_template(name)
        text = path.read_text()
        for forbidden in (
            ' style="',
            " onclick=",
            " onchange=",
            " onsubmit=",
            "javascript:",
            "hx-on",
        ):
            assert forbidden not in text, f"{name} holds {forbidden!r}"
        if path.suffix == ".html":
            assert "<script>" not in text, name
            assert "<style" not in text, name


def test_what_people_typed_is_said_to_be_french() -> None:
    """Pages are read in English too, aloud as well: a text shown as it was typed says its language,
    unless it is no text of theirs (an address, our own words)."""
    ours = {
        "calls/receipt.html",
        "common/local_mail.html",
        "events/mine.html",
        "events/session.html",
        "sponsorship/act.html",
    }
    silent = [
        f"{name}: {tag}"
        for name, path in templates().items()
        if path.suffix == ".html" and name not in ours
        for tag in re.findall(r"<[^<>]*\bessaim-verbatim\b[^<>]*>", path.read_text())
        if "lang=" not in tag
    ]
    assert silent == []


def test_no_template_is_unused() -> None:
    sources = "\n".join(
        path.read_text()
        for folder in ("essaim", "config")
        for path in (PROJECT / folder).rglob("*")
        if path.suffix in {".py", ".html", ".txt"} and "migrations" not in path.parts
    )
    named_by_django = (
        "400",
        "403",
        "404",
        "429",
        "500",
        "account/",
        "allauth/",
        "admin/",
        "django/",
        "mfa/",
        "socialaccount/",
        "dsfr/",
    )
    unused = [
        name for name in templates() if not name.startswith(named_by_django) and name not in sources
    ]
    assert not unused


def test_deployment_files_parse() -> None:
    compose = yaml.safe_load((PROJECT / "compose.yaml").read_text())
    assert {"db", "prepare", "web", "worker"} <= set(compose["services"])
    known = {"FROM", "ENV", "RUN", "WORKDIR", "COPY", "USER", "EXPOSE", "HEALTHCHECK", "CMD"}
    text = (PROJECT / "Dockerfile").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    assert {line.split()[0] for line in lines} <= known
    for line in lines:
        if line.startswith("COPY ") and "--from" not in line:
            for source in line.split()[1:-1]:
                assert (PROJECT / source).exists(), source


def test_every_setting_of_the_environment_is_documented() -> None:
    text = (PROJECT / "docs" / "operations.md").read_text()
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and ast.unparse(node.func).split(".")[-1] in {"text", "switch", "words"}
                and node.args
                and isinstance(node.args[0], ast.Constant)
                and str(node.args[0].value).isupper()
            ):
                assert f"`{node.args[0].value}`" in text, node.args[0].value


def test_every_job_of_the_worker_is_documented() -> None:
    text = (PROJECT / "docs" / "operations.md").read_text()
    table = text.split("| when | job | what |")[1].split("\n\n")[0]
    periodic = {name for name, _identifier in jobs.periodic_registry.periodic_tasks}
    assert set(re.findall(r"`(\w+\.\w+)`", table)) == periodic


def test_the_policy_allows_nothing_inline() -> None:
    policy = str(settings.CONTENT_SECURITY_POLICY)
    assert "unsafe" not in policy


def test_every_history_is_read_by_managers_or_says_why_not() -> None:
    undeclared = [
        model._meta.label
        for app in ours()
        for model in people_audit.histories(app)
        if not people_audit.is_declared(model)
    ]
    assert undeclared == []


def test_what_a_migration_writes_goes_through_its_own_connection() -> None:
    """Migrations run as the owner: through `default` they would wait for themselves, for ever."""
    for path in sorted((PROJECT / "essaim").glob("*/migrations/*.py")):
        for node in ast.parse(path.read_text()).body:
            written = ast.unparse(node) if isinstance(node, ast.FunctionDef) else ""
            if "get_model" in written:
                assert "schema_editor.connection" in written, f"{path}: {written[:60]}"
