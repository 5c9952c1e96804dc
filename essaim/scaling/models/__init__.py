from .diagnosis import REASON_LENGTH, Answer, Diagnosis

__all__ = ["REASON_LENGTH", "Answer", "Diagnosis"]
