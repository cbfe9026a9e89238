"""Kinds of tables: one module each, see `switchrank.report.tables.kind`."""
