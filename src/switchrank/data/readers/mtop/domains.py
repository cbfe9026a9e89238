"""Domains of utterances in layouts that do not have them, from files that do."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence

from switchrank.data.readers.mtop.files import official


class Domains:
    """The domains of some files.

    An intent belongs to one domain, except `IN:GET_LOCATION` (people or event): its utterances that the files do not
    name get the most frequent domain of their intent there, the first by name of several. The log names such intents.

    Args:
        paths: of files in the official layout.

    Raises:
        SwitchRankError: as `official`.
    """

    def __init__(self, paths: Sequence[str]) -> None:
        self._of_id: dict[str, str] = {}
        counts: dict[str, Counter[str]] = {}
        for path in paths:
            for name, utterance in official(path):
                if utterance.domain:
                    self._of_id[name] = utterance.domain
                    counts.setdefault(utterance.intent, Counter())[utterance.domain] += 1
        self._of_intent = {intent: min(found, key=lambda d: (-found[d], d)) for intent, found in counts.items()}
        for intent, found in sorted(counts.items()):
            if len(found) > 1:
                told = ", ".join(f"{domain} ({count:,})" for domain, count in sorted(found.items()))
                sys.stderr.write(f"mtop: {intent} is in {told}; other utterances get {self._of_intent[intent]}\n")

    def of(self, name: str, intent: str) -> str | None:
        """The domain of an utterance; None if no file has its id or its intent.

        Args:
            name: its id.
            intent: its outermost intent.
        """
        return self._of_id.get(name) or self._of_intent.get(intent)
