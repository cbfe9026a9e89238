"""Settings of the lexicon stage: word vectors, and lexicons from vectors, titles, dictionaries or other lexicons."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from switchrank.settings import Name, RandomSeed, Settings, fillable

Languages = Annotated[list[str], Field(min_length=1)]
Path = Annotated[str, Field(min_length=1)]


class EncoderVectors(Settings):
    """One vector per word from a multilingual encoder; words are those of the benchmark's titles
    and of its train queries and passages."""

    method: Literal["encoder"]
    encoder: Name = Field(description="Plain encoder that embeds the words.")
    benchmark: Name = Field(description="Benchmark whose training texts contain the words.")
    prefix: str = Field("query: ", description="Prefix of each word, as in the encoder's training.")
    max_words: int = Field(20_000, ge=1, description="Most frequent words kept in each language.")
    min_count: int = Field(2, ge=1, description="Fewest occurrences of a word.")


class FileVectors(Settings):
    """Vectors from files, one per language: fastText or word2vec text, word2vec binary, or Parquet."""

    method: Literal["files"]
    path: Path = Field(description="File, with {language}; resources/NAME fetches that source first.")
    format: Literal["text", "word2vec", "parquet"] = Field(
        "text", description="text: .vec, with or without a header, gz or not; word2vec: its binary form."
    )
    languages: Languages = Field(description="Languages that have a file.")
    max_words: int = Field(
        200_000, ge=1, description="Words kept, from the beginning; files list frequent words first."
    )

    @field_validator("path")
    @classmethod
    def _fillable(cls, value: str) -> str:
        return fillable(value, ["language"])


class TrainedVectors(Settings):
    """Skip-gram vectors (gensim) of a benchmark's training texts: one space per language, or one joint space."""

    method: Literal["trained"]
    benchmark: Name = Field(description="Benchmark on whose training texts the vectors are trained.")
    space: Literal["monolingual", "joint"] = Field(
        "joint",
        description="joint: texts of all languages are merged; monolingual: to be aligned.",
    )
    merge: Literal["id", "group"] = Field(
        "id",
        description="What a joint space merges. id: a text and its translations. group: all texts of a group, which "
        "share a topic (1804.04475, which has no translations).",
    )
    dimensions: int = Field(100, ge=2, description="Length of a vector.")
    window: int = Field(10, ge=1, description="Number of words on either side that a word predicts.")
    negatives: int = Field(10, ge=1, description="Noise words per step.")
    epochs: int = Field(10, ge=1, description="Passes over the texts.")
    min_count: int = Field(2, ge=1, description="Fewest occurrences of a word.")
    max_words: int = Field(200_000, ge=1, description="Most frequent words kept in each language.")
    seed: RandomSeed = Field(1, description="Seed of the shuffling and of the initial vectors.")

    @model_validator(mode="after")
    def _merges_in_a_joint_space(self) -> TrainedVectors:
        if self.space == "monolingual" and self.merge != "id":
            raise ValueError("merge: group goes with space: joint; nothing is merged in a space per language")
        return self


class Seed(Settings):
    """The word pairs that an alignment starts from."""

    pairs: Literal["lexicon", "identical", "numerals"] = Field(
        "identical", description="Entries of a lexicon, strings that both languages have, or the numerals among those."
    )
    lexicon: Name | None = Field(None, description="Lexicon that gives the pairs (pairs: lexicon).")

    @model_validator(mode="after")
    def _lexicon_goes_with_its_pairs(self) -> Seed:
        if (self.pairs == "lexicon") != (self.lexicon is not None):
            raise ValueError("lexicon and pairs: lexicon go together; give both or neither")
        return self


class Refinement(Settings):
    """Repeated Procrustes on mutual CSLS neighbours, until the mean similarity of the pairs stops rising; of the
    maps, including that of the seed pairs, the one that is best on held-out seed pairs is kept."""

    iterations: int = Field(5, ge=0, description="Most rounds; 0 for no refinement.")
    held_out: float = Field(0.1, gt=0, le=0.5, description="Share of the seed pairs' words that choose among the maps.")
    min_gain: float = Field(1e-4, ge=0, description="Rise of the mean CSLS score of mutual pairs below which it stops.")
    neighbours: int = Field(10, ge=1, description="k of CSLS.")
    max_words: int = Field(10_000, ge=1, description="Number of most frequent words of each language that are paired.")


class AlignedVectors(Settings):
    """Vectors of another entry, rotated into the space of one language by orthogonal Procrustes (Schönemann 1966)."""

    method: Literal["aligned"]
    vectors: Name = Field(description="Vectors entry with one space per language.")
    pivot: str = Field("en", description="Language whose space is kept.")
    seed: Seed = Field(default_factory=Seed, description="Word pairs to start from.")
    refinement: Refinement = Field(default_factory=Refinement, description="What follows the first rotation.")
    normalise: list[Literal["unit", "centre"]] = Field(
        ["unit", "centre", "unit"],
        description="Normalisation of each language's vectors before rotation, in order.",
    )


Vectors = Annotated[EncoderVectors | FileVectors | TrainedVectors | AlignedVectors, Field(discriminator="method")]


class VectorLexicon(Settings):
    """Translations as nearest neighbours in one space, exactly."""

    method: Literal["vectors"]
    vectors: Name = Field(description="Vectors entry, one space for all languages.")
    retrieval: Literal["csls", "nearest", "inverted_softmax"] = Field(
        "csls",
        description="CSLS (Conneau et al. 2018, eq. 3), plain cosine, or inverted softmax (Smith et al. 2017, eq. 10).",
    )
    neighbours: int = Field(10, ge=1, description="k of CSLS.")
    temperature: float = Field(30.0, gt=0, description="Inverse temperature of the inverted softmax.")
    choices: int = Field(1, ge=1, le=100, description="Translations kept per word.")
    mutual: bool = Field(False, description="Keep a translation only if each word is the other's best.")
    min_score: float = Field(-2.0, description="Lowest score kept.")
    drop_copies: bool = Field(
        True, description="Never translate a word by itself; into English, a word that also exists in English is kept."
    )
    corpus_words: Name | None = Field(
        None,
        description="Only words of its training texts are translated (out of English); all words when absent.",
    )
    device: Literal["cpu", "gpu"] = Field("cpu", description="gpu searches through faiss-gpu, which must be installed.")


class TitleFiles(Settings):
    """Files of parallel titles."""

    format: Literal["wikititles", "langlinks", "clirmatrix", "tsv", "wikidict"] = Field(
        description="linguatools WikiTitles XML; Wikipedia's langlinks and page dumps; one id and title per line, "
        "one file per language (CLIRMatrix queries); source and target per line; target and source per line (wikidict)."
    )
    path: Path = Field(
        description="File, gz or not, with {source} and {target}, or {first} and {second} in alphabetical order; "
        "{language} for clirmatrix."
    )
    pages: Path | None = Field(None, description="The page dump that belongs to a langlinks dump.")
    languages: Languages = Field(description="Languages that have titles.")

    @model_validator(mode="after")
    def _pages_go_with_langlinks(self) -> TitleFiles:
        if (self.format == "langlinks") != (self.pages is not None):
            raise ValueError("pages and format: langlinks go together; give both or neither")
        return self

    def files(self, source: str, target: str) -> list[str]:
        """The files of a language pair: one per language for CLIRMatrix, the langlinks and the pages for dumps."""
        if self.format == "clirmatrix":
            return [self.path.format(language=language) for language in (source, target)]
        first, second = sorted((source, target))
        paths = [self.path] if self.pages is None else [self.path, self.pages]
        return [path.format(source=source, target=target, first=first, second=second) for path in paths]

    @field_validator("path", "pages")
    @classmethod
    def _fillable(cls, value: str | None, info: ValidationInfo) -> str | None:
        of_language = info.data.get("format") == "clirmatrix"
        return value and fillable(value, ["language"] if of_language else ["source", "target", "first", "second"])


class Cleaning(Settings):
    """What is removed from a title (2305.05295's code cleans target titles this way)."""

    namespace: bool = Field(True, description="Drop everything before a colon (`Kategorie:Physik` → `Physik`).")
    parenthesis: bool = Field(
        True, description="Drop an opening parenthesis and what follows (`Java (Insel)` → `Java`)."
    )
    case: Literal["keep", "lower"] = Field("keep", description="Case of the target titles.")
    sides: Literal["target", "both"] = Field("target", description="Titles that are cleaned.")


class TitleLexicon(Settings):
    """Parallel titles: whole (`phrase`), or as a word table by IBM Model 1 (Brown et al. 1993)."""

    method: Literal["titles"]
    benchmark: Name | None = Field(None, description="Benchmark with the parallel titles; give this or files.")
    files: TitleFiles | None = Field(None, description="Files with the parallel titles; give this or benchmark.")
    clean: Cleaning | None = Field(None, description="Removes namespaces and parentheses; nothing when absent.")
    unit: Literal["phrase", "word"] = Field("phrase", description="Whole titles, or words aligned within them.")
    max_tokens: int = Field(3, ge=1, description="Longest source title kept (phrase).")
    choices: int = Field(1, ge=1, le=100, description="Translations kept per source entry.")
    iterations: int = Field(8, ge=1, description="EM iterations (word).")
    min_count: int = Field(2, ge=1, description="Fewest titles that contain the source word (word).")
    min_score: float = Field(0.2, ge=0, le=1, description="Lowest translation probability kept (word).")
    drop_copies: bool = Field(
        True, description="Never translate an entry by itself; into English, copies are kept like other translations."
    )

    @model_validator(mode="after")
    def _one_origin(self) -> TitleLexicon:
        if (self.benchmark is None) == (self.files is None):
            raise ValueError("give either benchmark or files")
        return self


class ImportedLexicon(Settings):
    """An existing dictionary."""

    method: Literal["import"]
    format: Literal["muse", "hunalign", "tsv", "freedict", "ding", "dsl", "cldr"] = Field(
        description="MUSE (two words per line), hunalign (`target @ source` per line), TSV (source, target, optional "
        "score), FreeDict (dictd: .index and .dict.dz, in a folder, tar or Debian package), Wiktionary as Ding text "
        "or as DSL, or names of the Unicode CLDR (through babel; no file)."
    )
    path: Path | None = Field(None, description="File, with {source} and {target}; resources/NAME fetches that source.")
    languages: Languages = Field(description="Languages that have a file, English first.")
    choices: int = Field(100, ge=1, le=100, description="Translations kept per source entry.")
    first_word: int = Field(
        1,
        ge=1,
        description="First source word kept, counted by first occurrence in the file; MUSE tests with 5001 to 6500.",
    )
    last_word: int | None = Field(None, ge=1, description="Last source word kept; all when absent.")
    drop_copies: bool = Field(
        False, description="Never translate an entry by itself; into English, copies are kept like other translations."
    )

    @model_validator(mode="after")
    def _words_in_order(self) -> ImportedLexicon:
        if self.last_word is not None and self.last_word < self.first_word:
            raise ValueError(f"last_word is {self.last_word}, must be first_word ({self.first_word}) or more")
        return self

    @model_validator(mode="after")
    def _path_unless_cldr(self) -> ImportedLexicon:
        if (self.format == "cldr") != (self.path is None):
            raise ValueError("every format needs a path but cldr, which takes none")
        return self

    def file(self, source: str, target: str) -> str:
        """The file of a language pair, for every format except cldr."""
        return str(self.path).format(source=source, target=target)

    @field_validator("path")
    @classmethod
    def _fillable(cls, value: str | None) -> str | None:
        return value and fillable(value, ["source", "target"])


class CombinedLexicon(Settings):
    """Several lexicons combined; the column `method` keeps the origin of each entry."""

    method: Literal["combine"]
    lexicons: list[Name] = Field(min_length=2, description="Lexicons, the preferred first.")
    how: Literal["union", "intersection", "priority"] = Field(
        "priority",
        description="union: all translations; intersection: those that all have; priority: a source entry's "
        "translations from the first lexicon that has it.",
    )
    choices: int = Field(1, ge=1, le=100, description="Translations kept per source entry.")


Lexicon = Annotated[VectorLexicon | TitleLexicon | ImportedLexicon | CombinedLexicon, Field(discriminator="method")]


class LexiconQuality(Settings):
    """How lexicons are judged."""

    benchmark: Name | None = Field(
        None, description="Benchmark whose training words they should cover; the first of run.benchmarks when absent."
    )
    gold: list[Name] = Field([], description="Lexicons (usually imported) that translations are compared with.")
    at: list[Annotated[int, Field(ge=1)]] = Field([1, 5, 10], description="k of P@k.")
