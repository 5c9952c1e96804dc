"""One small form for each act of the path."""
