"""A package, so that its fixture of that scope ends with it."""
