"""English function words."""

from bm25s.stopwords import STOPWORDS_EN, STOPWORDS_EN_PLUS

ENGLISH = frozenset(STOPWORDS_EN)
"""The 33 of Lucene, which are never titles by themselves."""
ENGLISH_CONTENT = frozenset(STOPWORDS_EN_PLUS)
"""The 179 of NLTK's list, which 2305.05295's code leaves out when it counts switched content words."""
