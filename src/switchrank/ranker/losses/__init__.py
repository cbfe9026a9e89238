"""Losses of rankers: one module for each, loaded by its name (`switchrank.ranker.loss`)."""
