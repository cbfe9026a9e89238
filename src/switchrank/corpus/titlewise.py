"""Wiki-CS: spans that are titles replaced by the title in another language (2305.05295, section 3)."""

from __future__ import annotations

import numpy as np

from switchrank.compiled import compiled
from switchrank.corpus.casing import span_case
from switchrank.corpus.draws import CHOICE, LANGUAGE, SHARE, SWITCH, pick, step, unit
from switchrank.corpus.lexicon_arrays import Dictionary
from switchrank.corpus.replacements import CONTENT, CONTENT_SWITCHED, COUNTS, KNOWN, SWITCHED, UNKNOWN, Draws, Plan
from switchrank.corpus.text_arrays import TextArrays
from switchrank.corpus.trie import Trie, slot_of


def plan_titles(
    side: TextArrays, dictionary: Dictionary, trie: Trie, draws: Draws, english: int, max_tokens: int
) -> Plan:
    """Switch matched titles with probability p into the one language drawn for the side of an instance.

    Titles match on whole tokens, the longest (in tokens) first, then the leftmost; they do not overlap. A title's draw
    is that of its first token.

    Args:
        side: texts and tokens.
        dictionary: translations of titles.
        trie: the titles.
        draws: how to draw.
        english: number of the language that leaves the text unchanged, or −1.
        max_tokens: longest span looked up.
    """
    target = np.full(len(side.word), -1, dtype=np.int32)
    end = side.end.copy()
    counts = np.zeros((len(side.instances), COUNTS), dtype=np.int32)
    languages = np.zeros(len(side.instances), dtype=np.int32)
    longest = int(np.diff(side.offsets).max(initial=0))
    _plan(
        side.instances.view(np.uint64),
        np.uint64(side.number),
        side.offsets,
        side.word,
        side.case,
        side.end,
        trie.roots,
        trie.keys,
        trie.nodes,
        trie.entries,
        dictionary.first,
        dictionary.bounds,
        *draws.arguments(),
        english,
        np.full((max_tokens, max(longest, 1)), -1, dtype=np.int32),
        np.zeros(max(longest, 1), dtype=np.bool_),
        target,
        end,
        counts,
        languages,
    )
    return Plan(target, end, counts, languages)


@compiled
def _match(words, language, roots, keys, nodes, entries, found):  # type: ignore[no-untyped-def]
    """Fill found[n − 1, i] with the entry of the title that the n words from i on are, or −1; the longest n."""
    longest = 0
    sizes = found.shape[0]
    for first in range(len(words)):
        node = roots[language, words[first]]
        for size in range(sizes):
            entry = -1
            if node >= 0:
                entry = entries[node]
                if entry >= 0 and size >= longest:
                    longest = size + 1
            found[size, first] = entry
            if node >= 0:
                if size + 1 < sizes and first + size + 1 < len(words):
                    key = (np.uint64(node) << np.uint64(32)) | np.uint64(words[first + size + 1])
                    node = nodes[slot_of(key, keys)]
                else:
                    node = -1
    return longest


@compiled
def _plan(  # type: ignore[no-untyped-def]
    instances, number, offsets, words, cases, ends, roots, keys, nodes, entries, first, bounds,
    key, p, share, languages, stop, keep_stop, english, found, taken,
    target, end, counts, drawn,
):  # fmt: skip
    for row in range(len(instances)):
        state = step(step(step(np.uint64(0), key), instances[row]), number)
        start_state = step(state, np.uint64(0))
        language = 0
        if len(languages) > 1:
            language = pick(unit(step(start_state, np.uint64(LANGUAGE))), languages, 0, len(languages))
        drawn[row] = language
        begin, past = offsets[row], offsets[row + 1]
        for at in range(begin, past):
            counts[row, CONTENT] += not stop[words[at]]
        if language == english:
            continue
        takes_part = unit(step(start_state, np.uint64(SHARE))) < share
        longest = _match(words[begin:past], language, roots, keys, nodes, entries, found)
        taken[: past - begin] = False
        for size in range(longest, 0, -1):
            for at in range(past - begin - size + 1):
                entry = found[size - 1, at]
                if entry < 0 or taken[at : at + size].any():
                    continue
                taken[at : at + size] = True
                counts[row, KNOWN] += size
                content = 0
                for inner in range(begin + at, begin + at + size):
                    content += not stop[words[inner]]
                at_token = step(state, np.uint64(at))
                if not takes_part or (keep_stop and content == 0) or unit(step(at_token, np.uint64(SWITCH))) >= p:
                    continue
                chosen = first[entry]
                if first[entry + 1] - chosen > 1:
                    chosen = pick(unit(step(at_token, np.uint64(CHOICE))), bounds, chosen, first[entry + 1])
                target[begin + at] = 3 * chosen + span_case(cases[begin + at : begin + at + size])
                end[begin + at] = ends[begin + at + size - 1]
                counts[row, SWITCHED] += size
                counts[row, CONTENT_SWITCHED] += content
        if takes_part:
            for at in range(begin, past):
                counts[row, UNKNOWN] += not taken[at - begin] and not (keep_stop and stop[words[at]])
