"""English function words: never titles of their own."""

from bm25s.stopwords import STOPWORDS_EN

ENGLISH = frozenset(STOPWORDS_EN)
