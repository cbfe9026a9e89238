"""Measures of runs by their `ir_measures` strings, for ranker and evaluation alike; no stage's settings count here."""
