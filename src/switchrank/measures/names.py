"""The measures known here, by their `ir_measures` strings."""

import re

MEASURE = re.compile(r"^(RR|nDCG|AP|R|P|Success|Judged)(@[1-9][0-9]*)?$")
NEEDS_CUTOFF = ("R", "P", "Success")
MEASURES = "RR, RR@k, nDCG, nDCG@k, AP, AP@k, R@k, P@k, Success@k, Judged, Judged@k"
"""All measures, for messages."""
