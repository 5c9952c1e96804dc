from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command

from essaim.common.management.commands import state_diagram


def test_the_page_of_states_is_what_the_code_says() -> None:
    page = Path(state_diagram.PAGE).read_text("utf-8")
    assert page == state_diagram.render(), "run: essaim state_diagram"


def test_every_state_field_is_drawn_with_its_transitions() -> None:
    page = state_diagram.render()
    assert "## initiatives.Initiative.publication" in page
    assert "    [*] --> draft" in page
    assert "    archived --> published : restore" in page
    assert "    prototyping --> ended : abandon" in page
    assert "InitiativeEvent." not in page


def test_check_says_when_it_differs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state_diagram, "PAGE", tmp_path / "states.md")
    with pytest.raises(SystemExit):
        call_command("state_diagram", "--check")
    call_command("state_diagram")
    call_command("state_diagram", "--check")
