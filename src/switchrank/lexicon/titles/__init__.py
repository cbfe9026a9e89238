"""Parallel titles: read from files, made into lexicons."""
