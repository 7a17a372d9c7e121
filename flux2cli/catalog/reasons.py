"""Reasons why a parameter is not taken, shared by variants and providers. Messages show them after a colon."""

NO_SETTING = "it has no such setting"
ONE_IMAGE = "it makes one image a request; use --seeds for several"
FIXED_STEPS = "its steps are fixed"
OPEN_WEIGHTS = "it needs open weights"
CHECKER = "it has a safety checker instead (--no-safety-checker)"
TOLERANCE = "its moderation is set with --safety-tolerance"
RESULT_URLS = "its results always have an address"
