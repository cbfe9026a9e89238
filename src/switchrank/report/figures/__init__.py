"""Figures drawn from the cells of tables."""
