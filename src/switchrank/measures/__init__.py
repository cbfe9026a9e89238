"""Measures of runs by their `ir_measures` strings, for ranker and evaluation; independent of any stage's settings."""
