"""How something spreads: Bass' model (1969) fitted to the adoptions of each period.

numpy and scipy are imported with this package: import it in the jobs and commands that compute.
"""

from essaim.statistics.diffusion.curves import FORMS, Form, peak_of, per_period, share, when
from essaim.statistics.diffusion.forecasting import (
    BOOTSTRAPS,
    DRAWS,
    SEED,
    Forecast,
    Point,
    forecast,
)
from essaim.statistics.diffusion.series import Series, of

__all__ = [
    "BOOTSTRAPS",
    "DRAWS",
    "FORMS",
    "SEED",
    "Forecast",
    "Form",
    "Point",
    "Series",
    "forecast",
    "of",
    "peak_of",
    "per_period",
    "share",
    "when",
]
