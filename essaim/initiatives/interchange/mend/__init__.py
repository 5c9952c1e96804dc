"""Dirty values made clean where that is certain. Pure functions: no database, no request."""
