"""The words of a language that get a vector: those of its training texts, most frequent first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from switchrank.errors import SwitchRankError
from switchrank.words import has_letter, words


def frequent_words(texts: Iterable[str], language: str, min_count: int, max_words: int) -> list[str]:
    """Lower-case words by falling frequency, then by code point; words without a letter are left out.

    Args:
        texts: training texts of one language.
        language: ISO 639-1 code.
        min_count: fewest occurrences.
        max_words: most words returned.

    Raises:
        SwitchRankError: no word is frequent enough.
    """
    counts = Counter(word for text in texts for word in words(text, language) if has_letter(word))
    kept = sorted(
        (word for word, count in counts.items() if count >= min_count), key=lambda word: (-counts[word], word)
    )
    if not kept:
        raise SwitchRankError(
            f"language {language!r}: none of {len(counts)} different words occurs {min_count} times; "
            "lower min_count or give more text"
        )
    return kept[:max_words]
