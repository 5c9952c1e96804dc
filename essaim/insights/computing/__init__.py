"""From the rows of every room to figures: each module gives ``Measured`` of one scope.

Nothing is written here; ``actions.figures`` keeps what these return.
"""

from essaim.insights.computing.measured import Measured, everything

__all__ = ["Measured", "everything"]
