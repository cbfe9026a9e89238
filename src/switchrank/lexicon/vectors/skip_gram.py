"""Word vectors learned from a benchmark's training texts: skip-gram, one space per language or one for all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import numpy as np
import polars as pl
import pyarrow as pa
from gensim.models import Word2Vec
from gensim.models.callbacks import CallbackAny2Vec

from switchrank.errors import SwitchRankError
from switchrank.lexicon.settings import TrainedVectors
from switchrank.progress import Progress
from switchrank.randomness import key_of, shuffled
from switchrank.words import has_letter, words

_TAG = "\x1f"
"""Separates a language from its word; no word contains it."""
_LONGEST = 10_000
"""Number of words of a text that gensim reads; it drops the rest."""

Documents = list[list[str]]


def topics(titles: pl.DataFrame, queries: pl.DataFrame, passages: pl.DataFrame) -> pl.DataFrame:
    """The texts of one language under ids that they share with their counterparts in other languages.

    Args:
        titles: TITLES table.
        queries: QUERIES table of the training queries.
        passages: PASSAGES table of the training passages.

    Returns:
        Columns id (kind and id) and text.
    """
    tables = {"title_id": titles, "query_id": queries, "doc_id": passages}
    return pl.concat(
        [
            table.select(pl.concat_str(pl.lit(f"{key}{_TAG}"), pl.col(key)).alias("id"), "text")
            for key, table in tables.items()
        ]
    )


def topics_of_groups(
    titles: pl.DataFrame, queries: pl.DataFrame, passages: pl.DataFrame, documents: pl.DataFrame, qrels: pl.DataFrame
) -> pl.DataFrame:
    """The texts of one language under the names of their groups, each of which has one topic.

    A query belongs to the group of its relevant passages (the first by name, if there are several); without any, it
    keeps its id.

    Args:
        titles, queries, passages: as in `topics`.
        documents: SPLITS table.
        qrels: QRELS table of the training queries, on the passages of all languages.

    Returns:
        Columns id and text.
    """
    groups = documents.select("doc_id", "group")
    relevant = qrels.filter(pl.col("relevance") > 0).join(groups, on="doc_id", maintain_order="left")
    asked = relevant.group_by("query_id", maintain_order=True).agg(pl.col("group").min())
    name, own = pl.format(f"group{_TAG}{{}}", "group"), pl.format(f"query_id{_TAG}{{}}", "query_id")
    return pl.concat(
        [
            titles.select(name.alias("id"), "text"),
            queries.join(asked, on="query_id", how="left", maintain_order="left").select(
                pl.when(pl.col("group").is_null()).then(own).otherwise(name).alias("id"), "text"
            ),
            passages.join(groups, on="doc_id", maintain_order="left").select(name.alias("id"), "text"),
        ]
    )


def train_vectors(texts: Mapping[str, pl.DataFrame], settings: TrainedVectors) -> dict[str, pa.Table]:
    """Skip-gram with negative sampling (Mikolov et al. 2013, arXiv 1310.4546) on lower-case words that have a letter.

    In a joint space, the texts of one id in all languages become one pseudo-document, whose words are shuffled so
    that words of all languages occur in each other's windows (merge and shuffle: Vulić & Moens 2015). Ids are those of
    `topics` (a text and its translations) or of `topics_of_groups` (texts of one topic, as in arXiv 1804.04475). A text
    without a counterpart is a separate document. One thread does the training, in the order of the ids: same texts,
    same vectors.

    Args:
        texts: by language (ISO 639-1), a table of id and text, in any order.
        settings: of the training.

    Returns:
        VECTORS tables by language, most frequent word first, ties by code point; vectors as trained, of any length.

    Raises:
        SwitchRankError: no word of a language is frequent enough.
    """
    documents = {language: _documents(texts[language], language) for language in sorted(texts)}
    vocabularies = {language: _vocabulary(found.values(), language, settings) for language, found in documents.items()}
    if settings.space == "joint":
        tagged = {language: [f"{language}{_TAG}{word}" for word in vocabularies[language]] for language in documents}
        model = _train(_merged(documents, settings.seed), settings, "joint space of " + " ".join(documents))
        return {language: _table(model, tagged[language], vocabularies[language]) for language in documents}
    return {
        language: _table(
            _train(list(found.values()), settings, language), vocabularies[language], vocabularies[language]
        )
        for language, found in documents.items()
    }


def _documents(texts: pl.DataFrame, language: str) -> dict[str, list[str]]:
    """Words of each text, by id in ascending order; texts of one id in one language follow each other."""
    found: dict[str, list[str]] = {}
    for key, text in texts.select("id", "text").sort("id", "text").iter_rows():
        found.setdefault(key, []).extend(word for word in words(text, language) if has_letter(word))
    return found


def _vocabulary(documents: Iterable[list[str]], language: str, settings: TrainedVectors) -> list[str]:
    counts = Counter(word for document in documents for word in document)
    kept = sorted(
        (word for word, count in counts.items() if count >= settings.min_count), key=lambda word: (-counts[word], word)
    )
    if not kept:
        raise SwitchRankError(
            f"train_vectors: none of {len(counts)} different words of language {language!r} occurs "
            f"{settings.min_count} times; lower min_count or give more text"
        )
    return kept[: settings.max_words]


def _merged(documents: Mapping[str, dict[str, list[str]]], seed: int) -> Documents:
    """One shuffled pseudo-document per id; a word's position depends on the seed and the id alone."""
    merged: Documents = []
    for key in sorted({key for found in documents.values() for key in found}):
        tagged = [
            f"{language}{_TAG}{word}" for language in sorted(documents) for word in documents[language].get(key, [])
        ]
        merged.append([tagged[at] for at in shuffled(len(tagged), key_of(seed, "joint", key)).tolist()])
    return merged


def _train(documents: Documents, settings: TrainedVectors, label: str) -> Word2Vec:
    sentences = [document[at : at + _LONGEST] for document in documents for at in range(0, len(document), _LONGEST)]
    return Word2Vec(
        sentences,
        sg=1,
        hs=0,
        vector_size=settings.dimensions,
        window=settings.window,
        negative=settings.negatives,
        epochs=settings.epochs,
        min_count=settings.min_count,
        seed=settings.seed,
        workers=1,
        hashfxn=key_of,
        callbacks=[_Epochs(label, settings.epochs)],
    )


class _Epochs(CallbackAny2Vec):
    """Shows the progress of the training."""

    def __init__(self, label: str, epochs: int) -> None:
        self.progress = Progress(f"train_vectors {label}", epochs, "epochs")

    def on_epoch_end(self, model: Word2Vec) -> None:
        self.progress.advance()


def _table(model: Word2Vec, keys: list[str], vocabulary: list[str]) -> pa.Table:
    """The vectors of `keys`, named by the words of `vocabulary`."""
    vectors = model.wv[keys]
    return pa.table(
        {
            "word": pa.array(vocabulary, pa.string()),
            "rank": pa.array(np.arange(len(vocabulary), dtype=np.int32)),
            "vector": pa.FixedSizeListArray.from_arrays(pa.array(vectors.reshape(-1)), vectors.shape[1]),
        }
    )
