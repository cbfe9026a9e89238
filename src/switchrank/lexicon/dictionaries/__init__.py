"""Existing dictionaries as lexicons, one module per format."""
