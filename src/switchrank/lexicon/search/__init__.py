"""Nearest neighbours of word vectors."""
