"""Contrastive losses: one module for each, loaded by its name (`switchrank.encoder.loss`)."""
