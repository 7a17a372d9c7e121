"""Reasons why a parameter is not taken, shared by variants and providers. Messages show them after a colon."""

NO_SETTING = "it has no such setting"
ONE_IMAGE = "it makes one image a request; use --seeds for several"
IN_ROWS = {ONE_IMAGE: "it makes one image a request; repeat the row for several"}
"""The same reasons for the author of a prompt file, where a flag that `flux2 batch` lacks is named."""
FIXED_STEPS = "its steps are fixed"
OPEN_WEIGHTS = "it needs open weights"
CHECKER = "it has a safety checker instead (--no-safety-checker)"
TOLERANCE = "its moderation is set with --safety-tolerance"
RESULT_URLS = "its results always have an address"
