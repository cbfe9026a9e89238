"""Names of the orders that tables show beside systems."""

FIRST_STAGE, RANDOM, CEILING = "first stage", "random order", "ceiling"
REFERENCES = {"first_stage": FIRST_STAGE, "random": RANDOM, "ceiling": CEILING}
"""By their names in the configuration; no system has a name with a space."""
