"""Units ready to be analysed: complete, finite, in two groups (or one, before and after)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from essaim.statistics.notices import Notice, Refused

if TYPE_CHECKING:
    import numpy as np

    Numbers = Sequence[float] | np.ndarray[Any, np.dtype[np.float64]]

# Squares of larger numbers, summed over a million units, leave what a float can hold.
LARGEST = 1e100


@dataclass(frozen=True)
class Sample:
    """One row per unit, all arrays of the same length, nothing missing.

    ``treated`` (bool), ``pre`` and ``post`` (float, units of the measure; None where the
    design has none), ``cluster`` and ``stratum`` (any hashable labels, or None).
    """

    treated: Any
    post: Any
    pre: Any = None
    cluster: Any = None
    stratum: Any = None
    notices: tuple[Notice, ...] = ()

    @classmethod
    def of(
        cls,
        *,
        post: Any,
        treated: Any = None,
        pre: Any = None,
        cluster: Any = None,
        stratum: Any = None,
        notices: Sequence[Notice] = (),
    ) -> Sample:
        """Check and convert; raises Refused on unequal lengths, NaN or infinite numbers.

        Without ``treated`` every unit is of the only group (before and after).
        """
        import numpy as np

        arrays: dict[str, Any] = {"post": _floats(post, "post")}
        size = len(arrays["post"])
        if pre is not None:
            arrays["pre"] = _floats(pre, "pre")
        arrays["treated"] = (
            np.ones(size, dtype=bool) if treated is None else np.asarray(treated, dtype=bool)
        )
        for name, labels in (("cluster", cluster), ("stratum", stratum)):
            if labels is not None:
                arrays[name] = codes(labels)
        if any(len(values) != size for values in arrays.values()):
            raise Refused("lengths", _("Les colonnes n’ont pas toutes la même longueur."))
        return cls(**arrays, notices=tuple(notices))

    @classmethod
    def from_groups(
        cls,
        treated_post: Numbers,
        control_post: Numbers,
        treated_pre: Numbers | None = None,
        control_pre: Numbers | None = None,
    ) -> Sample:
        """Two lists as people type them."""
        import numpy as np

        pre = None
        if treated_pre is not None and control_pre is not None:
            pre = np.concatenate([_floats(treated_pre, "pre"), _floats(control_pre, "pre")])
        return cls.of(
            treated=[True] * len(treated_post) + [False] * len(control_post),
            post=np.concatenate([_floats(treated_post, "post"), _floats(control_post, "post")]),
            pre=pre,
        )

    def where(self, mask: Any) -> Sample:
        """The rows that a boolean array keeps (subgroups)."""
        kept = {
            name: None if (values := getattr(self, name)) is None else values[mask]
            for name in ("treated", "post", "pre", "cluster", "stratum")
        }
        return Sample(**kept, notices=self.notices)


def _floats(values: Any, name: str) -> Any:
    import numpy as np

    array = np.asarray(values, dtype=float)
    if array.ndim != 1:
        raise Refused("shape", _("Une mesure est une liste de nombres : un par unité."))
    if not np.all(np.isfinite(array)) or (len(array) and np.max(np.abs(array)) > LARGEST):
        raise Refused(
            "not_finite",
            _("La mesure « %(name)s » contient des nombres manquants, infinis ou démesurés.")
            % {"name": name},
        )
    return array


def codes(labels: Any) -> Any:
    """Whole numbers from 0 for any labels, in order of first appearance."""
    import numpy as np

    known: dict[Any, int] = {}
    listed = labels.tolist() if isinstance(labels, np.ndarray) else labels
    return np.fromiter((known.setdefault(label, len(known)) for label in listed), dtype=np.int64)
