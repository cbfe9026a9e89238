"""Model folders of transformers: their files, their checks."""
