"""Bilingual lexicons: source word or title to target, with a score."""
