"""Computing for self-evaluation: effects, pooling, power, agreement, allocation, avoided costs.

Pure functions on numbers: no table, no database, nothing kept. Heavy libraries (numpy, scipy,
statsmodels) are imported inside the functions that need them, so that importing this package
costs nothing. Each formula and its source: docs/statistics.md.
"""
