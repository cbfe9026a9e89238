"""From training instances to a corpus, by recipe."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice

import numpy as np
import pyarrow as pa

from switchrank.corpus.draws import corpus_key
from switchrank.corpus.lexicon_arrays import Dictionary, Lexicons, make_dictionary, word_entries
from switchrank.corpus.rebuild import rebuild, unchanged
from switchrank.corpus.replacements import (
    CONTENT,
    CONTENT_SWITCHED,
    KNOWN,
    SWITCHED,
    UNKNOWN,
    Draws,
    Plan,
    language_bounds,
)
from switchrank.corpus.settings import SWITCHED as SWITCHED_RECIPES
from switchrank.corpus.settings import Corpus, Multilingual, Switched, Titles, side_languages
from switchrank.corpus.text_arrays import TextArrays, text_arrays
from switchrank.corpus.titlewise import plan_titles
from switchrank.corpus.tokens import SIDES
from switchrank.corpus.tokenwise import plan_tokens
from switchrank.corpus.trie import make_trie
from switchrank.errors import SwitchRankError
from switchrank.languages import MIXED, Pair
from switchrank.stopwords import ENGLISH_CONTENT
from switchrank.tables import CORPUS

Shown = tuple[pa.Array, list[str], np.ndarray]
"""Texts of one side, the language of each, and its counts (`plan`)."""
Show = Callable[[TextArrays], Shown]


def switch_corpus(
    pieces: Iterable[pa.Table], vocabulary: pa.Table, lexicons: Lexicons, settings: Corpus, pair: Pair, threads: int = 1
) -> Iterator[pa.Table]:
    """Show every training instance in the languages of the recipe (all but `translations`).

    Args:
        pieces: TOKENS tables, one after the other; each becomes one piece of the corpus, independent of the others.
        vocabulary: VOCABULARY table of the tokens.
        lexicons: LEXICON tables by language.
        settings: of the corpus.
        pair: languages that the corpus is for.
        threads: pieces worked on at a time.

    Returns:
        CORPUS tables in the order of the pieces. No more than `threads` + 1 pieces are held at a time.

    Raises:
        SwitchRankError: a lexicon is empty, or holds no word of a side that it is to switch.
    """
    shows = showers(vocabulary, lexicons, settings, pair)

    def switched(tokens: pa.Table) -> pa.Table:
        columns = {name: tokens.column(name) for name in ("instance_id", "query_id", "doc_id", "label")}
        for number, name in enumerate(SIDES):
            side = text_arrays(number, tokens)
            texts, languages, counts = shows[number](side)
            shown = pa.array(languages, pa.string())
            columns |= {name: texts, f"{name}_language": shown, f"{name}_tokens": side.token_counts()}
            for what, column in _COUNTED.items():
                columns[f"{name}_{what}"] = counts[:, column]
        return pa.table(columns).select(list(CORPUS.columns))

    return _in_order(switched, pieces, threads)


_COUNTED = {
    "known": KNOWN,
    "unknown": UNKNOWN,
    "switched": SWITCHED,
    "content": CONTENT,
    "content_switched": CONTENT_SWITCHED,
}


def _in_order(work: Callable[[pa.Table], pa.Table], pieces: Iterable[pa.Table], threads: int) -> Iterator[pa.Table]:
    """`map` over several pieces at a time, never more than `threads` ahead of the consumer."""
    if threads == 1:
        yield from map(work, pieces)
        return
    source = iter(pieces)
    with ThreadPoolExecutor(threads) as pool:
        waiting: list[Future[pa.Table]] = [pool.submit(work, piece) for piece in islice(source, threads)]
        while waiting:
            done = waiting.pop(0).result()
            waiting += [pool.submit(work, piece) for piece in islice(source, 1)]
            yield done


def showers(vocabulary: pa.Table, lexicons: Lexicons, settings: Corpus, pair: Pair) -> list[Show]:
    """The function that shows each side; everything that does not depend on the piece is computed here, once."""
    words = vocabulary.column("word").to_pylist()
    shows: list[Show] = []
    made: dict[tuple[str, ...], Dictionary] = {}
    for number, side in enumerate(SIDES):
        languages = side_languages(settings, pair, number)
        if not isinstance(settings, SWITCHED_RECIPES) or languages == ["en"]:
            shows.append(_as_it_is)
            continue
        _refuse_useless(side, words, vocabulary.column(f"{side}_count").to_pylist(), lexicons, languages, settings)
        if tuple(languages) not in made:  # both sides share theirs if they mix the same languages
            made[tuple(languages)] = make_dictionary(lexicons, languages, settings, words)
        dictionary = made[tuple(languages)]
        if isinstance(settings, Titles):
            shows.append(_title_shower(side, words, dictionary, settings))
        else:
            shows.append(_token_shower(side, words, dictionary, languages, settings))
    return shows


def _as_it_is(side: TextArrays) -> Shown:
    counts = np.zeros((len(side.instances), len(_COUNTED)), dtype=np.int32)
    return unchanged(side), ["en"] * len(counts), counts


def _token_shower(
    side: str, words: list[str], dictionary: Dictionary, languages: list[str], settings: Switched
) -> Show:
    entries = word_entries(dictionary, words)
    draws = _draws(side, words, languages, settings)
    english = _number_of_english(languages)
    per_instance = isinstance(settings, Multilingual) and settings.draw == "instance"
    beside = MIXED if len(languages) > 1 else languages[0]

    def show(rows: TextArrays) -> Shown:
        plan = plan_tokens(rows, dictionary, entries, draws, english, per_instance)
        shown = _named(plan, languages) if per_instance else [beside] * len(rows.instances)
        return rebuild(rows, plan, dictionary), shown, plan.counts

    return show


def _title_shower(side: str, words: list[str], dictionary: Dictionary, settings: Titles) -> Show:
    languages = settings.languages
    trie = make_trie(dictionary, words, settings.max_tokens)
    draws = _draws(side, words, languages, settings)
    english = _number_of_english(languages)

    def show(rows: TextArrays) -> Shown:
        plan = plan_titles(rows, dictionary, trie, draws, english, settings.max_tokens)
        return rebuild(rows, plan, dictionary), _named(plan, languages), plan.counts

    return show


def _number_of_english(languages: list[str]) -> int:
    return languages.index("en") if "en" in languages else -1


def _named(plan: Plan, languages: list[str]) -> list[str]:
    return [languages[number] for number in plan.languages]


def _draws(side: str, words: list[str], languages: list[str], settings: Switched) -> Draws:
    weights: Mapping[str, float] | None = getattr(settings, "weights", None)
    stop = [word in ENGLISH_CONTENT for word in words]
    return Draws(
        key=corpus_key(int(settings.seed), settings.benchmark),
        p=settings.probability(side),  # type: ignore[arg-type]
        share=settings.share,
        bounds=language_bounds(languages, weights),
        stop=np.array(stop, dtype=np.bool_),
        keep_stop=settings.stop_words == "keep",
    )


def _refuse_useless(
    side: str, words: list[str], counts: list[int], lexicons: Lexicons, languages: list[str], settings: Switched
) -> None:
    """A lexicon without any word of the side would silently give the original texts."""
    shown = {word for word, count in zip(words, counts, strict=True) if count}
    for language in languages:
        if language == "en":
            continue
        sources = lexicons[language]["source"].unique(maintain_order=True)
        if not len(sources):
            raise SwitchRankError(f"lexicon {settings.lexicon} en-{language} is empty; it needs at least one entry")
        titles = isinstance(settings, Titles)
        if not any(shown.issuperset(entry.split(" ") if titles else [entry]) for entry in sources):
            raise SwitchRankError(
                f"lexicon {settings.lexicon} en-{language}: none of its {len(sources)} entries is in the "
                f"{side} side of {settings.benchmark}; at least one must be"
            )
