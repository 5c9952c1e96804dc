from .scheme import REPORT, Scheme, SchemeQuerySet, Window

__all__ = ["REPORT", "Scheme", "SchemeQuerySet", "Window"]
