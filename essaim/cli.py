"""The command ``essaim``.

With any subcommand: start the embedded database if none is configured, migrate and load
reference data where that was not done, then run the subcommand. Computing commands touch
no database at all.
"""

from __future__ import annotations

import os
import sys

# Commands that run before the tables exist, or never need them.
BARE = {
    "migrate",
    "makemigrations",
    "check",
    "help",
    "version",
    "collectstatic",
    "messages",
    "shell",
    "state_diagram",
}
COMPUTING = {"assign", "evaluate", "combine_effects", "power", "agreement", "forecast"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    argv = list(sys.argv)
    command = argv[1] if len(argv) > 1 else "help"
    if command in COMPUTING:
        os.environ["ESSAIM_DATABASE"] = "none"
    if command == "migrate" and not any(a.startswith("--database") for a in argv):
        argv.append("--database=owner")

    from django.core.management import execute_from_command_line

    if command not in BARE | COMPUTING and "--help" not in argv:
        import django

        django.setup()
        from essaim.common.prepare import prepare_database

        prepare_database()
    execute_from_command_line(argv)
