from .diagnosis import REASON_LENGTH, Answer, Diagnosis
from .profile import ProfileSheet
from .strategy import (
    REASONS_LENGTH,
    Confidence,
    MatrixCell,
    Mode,
    Model,
    Objective,
    Strategy,
)
from .used import SchemeUsed

__all__ = [
    "REASONS_LENGTH",
    "REASON_LENGTH",
    "Answer",
    "Confidence",
    "Diagnosis",
    "MatrixCell",
    "Mode",
    "Model",
    "Objective",
    "ProfileSheet",
    "SchemeUsed",
    "Strategy",
]
