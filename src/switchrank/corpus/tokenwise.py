"""BL-CS and ML-CS: single tokens replaced by their translation (2305.05295, section 3)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from switchrank.compiled import compiled
from switchrank.corpus.casing import token_case
from switchrank.corpus.draws import CHOICE, LANGUAGE, SHARE, SWITCH, pick, step, unit
from switchrank.corpus.lexicon_arrays import Dictionary
from switchrank.corpus.replacements import CONTENT, CONTENT_SWITCHED, COUNTS, KNOWN, SWITCHED, UNKNOWN, Draws, Plan
from switchrank.corpus.text_arrays import TextArrays


def plan_tokens(
    side: TextArrays, dictionary: Dictionary, entries: NDArray[np.int32], draws: Draws, english: int, per_instance: bool
) -> Plan:
    """Switch each known token with probability p into a language drawn for it.

    A token is switched when its draw is below p, so a token switched at p is switched at every larger p;
    draws depend on (key, instance, side, token) alone.

    Args:
        side: texts and tokens.
        dictionary: translations.
        entries: int32 [words, languages], entry of each word, −1 without one.
        draws: how to draw.
        english: number of the language that leaves a token unchanged, or −1.
        per_instance: one language for all tokens of an instance's side, not one for each.
    """
    target = np.full(len(side.word), -1, dtype=np.int32)
    counts = np.zeros((len(side.instances), COUNTS), dtype=np.int32)
    languages = np.zeros(len(side.instances), dtype=np.int32)
    _plan(
        side.instances.view(np.uint64),
        np.uint64(side.number),
        side.offsets,
        side.word,
        side.case,
        entries,
        dictionary.first,
        dictionary.bounds,
        *draws.arguments(),
        english,
        per_instance,
        target,
        counts,
        languages,
    )
    return Plan(target, side.end, counts, languages)


@compiled
def _plan(  # type: ignore[no-untyped-def]
    instances, number, offsets, words, cases, entries, first, bounds,
    key, p, share, languages, stop, keep_stop, english, per_instance,
    target, counts, drawn,
):  # fmt: skip
    several = entries.shape[1] > 1
    for row in range(len(instances)):
        state = step(step(step(np.uint64(0), key), instances[row]), number)
        start_state = step(state, np.uint64(0))
        takes_part = unit(step(start_state, np.uint64(SHARE))) < share
        language = 0
        if several and per_instance:
            language = pick(unit(step(start_state, np.uint64(LANGUAGE))), languages, 0, len(languages))
            drawn[row] = language
        known, unknown, switched, contents, content_switched = 0, 0, 0, 0, 0
        for at in range(offsets[row], offsets[row + 1]):
            word = words[at]
            content = not stop[word]
            contents += content
            at_token = step(state, np.uint64(at - offsets[row]))
            if several and not per_instance:
                language = pick(unit(step(at_token, np.uint64(LANGUAGE))), languages, 0, len(languages))
            entry = entries[word, language]
            if entry < 0:
                unknown += takes_part and language != english and (content or not keep_stop)
                continue
            known += 1
            if not takes_part or (keep_stop and not content) or unit(step(at_token, np.uint64(SWITCH))) >= p:
                continue
            chosen = first[entry]
            if first[entry + 1] - chosen > 1:
                chosen = pick(unit(step(at_token, np.uint64(CHOICE))), bounds, chosen, first[entry + 1])
            target[at] = 3 * chosen + token_case(cases[at])
            switched += 1
            content_switched += content
        counts[row, KNOWN], counts[row, UNKNOWN], counts[row, SWITCHED] = known, unknown, switched
        counts[row, CONTENT], counts[row, CONTENT_SWITCHED] = contents, content_switched
