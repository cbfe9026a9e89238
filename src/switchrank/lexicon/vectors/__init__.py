"""Word vectors: read from files, trained, mapped into one space."""
