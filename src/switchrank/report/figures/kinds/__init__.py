"""Kinds of figures: one module each, see `switchrank.report.figures.kind`."""
