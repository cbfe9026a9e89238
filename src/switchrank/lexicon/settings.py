"""Settings of the lexicon stage: word vectors, and lexicons induced from vectors or parallel titles."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from switchrank.settings import Name, Settings


class EncoderVectors(Settings):
    """One vector a word from a multilingual encoder; words are those of the benchmark's titles
    and of its train queries and passages."""

    method: Literal["encoder"]
    encoder: Name = Field(description="Plain encoder that embeds the words.")
    benchmark: Name = Field(description="Benchmark whose train texts give the words.")
    prefix: str = Field("query: ", description="Put before each word, as the encoder was trained.")
    max_words: int = Field(20_000, ge=1, description="Most frequent words kept in each language.")
    min_count: int = Field(2, ge=1, description="Fewest occurrences of a word.")


Vectors = EncoderVectors
"""One vectors entry; later methods join by a union discriminated on `method`."""


class VectorLexicon(Settings):
    """Translations as nearest neighbours by CSLS (Conneau et al. 2018, eq. 3), exactly, through faiss."""

    method: Literal["vectors"]
    vectors: Name = Field(description="Vectors entry, one space for all languages.")
    neighbours: int = Field(10, ge=1, description="k of CSLS.")
    choices: int = Field(1, ge=1, le=100, description="Translations kept a word.")
    mutual: bool = Field(False, description="Keep a translation only if each is the other's best.")
    min_score: float = Field(-2.0, description="Lowest CSLS score kept.")
    drop_copies: bool = Field(True, description="Never translate a word by itself.")


class TitleLexicon(Settings):
    """Parallel titles: as they are (`phrase`), or as a word table by IBM Model 1 (Brown et al. 1993)."""

    method: Literal["titles"]
    benchmark: Name = Field(description="Benchmark that gives the parallel titles.")
    unit: Literal["phrase", "word"] = Field("phrase", description="Whole titles, or words aligned within them.")
    max_tokens: int = Field(3, ge=1, description="Longest source title kept (phrase).")
    choices: int = Field(1, ge=1, le=100, description="Translations kept a source entry.")
    iterations: int = Field(8, ge=1, description="EM iterations (word).")
    min_count: int = Field(2, ge=1, description="Fewest titles that hold the source word (word).")
    min_score: float = Field(0.2, ge=0, le=1, description="Lowest translation probability kept (word).")
    drop_copies: bool = Field(True, description="Never translate an entry by itself.")


Lexicon = Annotated[VectorLexicon | TitleLexicon, Field(discriminator="method")]
