"""Code-switched training corpora."""
