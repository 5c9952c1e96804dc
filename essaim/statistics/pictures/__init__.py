"""Pictures drawn on the server: SVG without styles, each with the same numbers as a table."""

from essaim.statistics.pictures.drawings import (
    Picture,
    avoided_costs,
    forest,
    means,
    of_pooled,
    power_curve,
)

__all__ = ["Picture", "avoided_costs", "forest", "means", "of_pooled", "power_curve"]
