"""Who may do what with a model: whoever reads the card reads it, its team writes it."""

from __future__ import annotations

from essaim.initiatives import rules as cards

can_view_model = cards.can_view
can_edit_model = cards.can_edit
# In a workshop: the team sorts, each person for themselves; the result is the card's team's.
can_sort = cards.can_edit
can_adopt = cards.can_edit
