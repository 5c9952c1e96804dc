"""Who gains by meeting whom, when, and who sits together: computing alone, no table."""
