"""Settings of the format `mtop`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator, model_validator

from switchrank.data.reading import SPLITS, Part, Split
from switchrank.data.settings import Draw
from switchrank.data.utterances import UtteranceSettings
from switchrank.settings import fillable

_FILE = (
    "eight tab-separated columns, a JSON array of parallel utterances, or JSON lines; with {language} if there is one "
    "file per language."
)


class FrameInstances(Draw):
    """English training instances: utterances of the same frame, and utterances of other frames that BM25 finds."""

    positives: int = Field(1, ge=1, description="Most utterances of the same frame per query; they are drawn.")


class Mtop(UtteranceSettings):
    """MTOP: utterances that are queries and passages at once; no query searches itself. Give `archive`, or
    files of the splits."""

    format: Literal["mtop"]
    archive: str | None = Field(
        None, min_length=1, description="The official zip, with mtop/LANGUAGE/train.txt, eval.txt and test.txt."
    )
    train: str | None = Field(None, min_length=1, description=f"File of the train utterances: {_FILE}")
    dev: str | None = Field(None, min_length=1, description=f"File of the dev utterances: {_FILE}")
    test: str | None = Field(None, min_length=1, description=f"File of the test utterances: {_FILE}")
    domains: list[str] = Field(
        [],
        description="Files of eight tab-separated columns with the domains of utterances that have none: by id, or "
        "else the most frequent one of their intent.",
    )
    languages: list[str] = Field(
        ["de", "en", "es", "fr", "hi", "th"], min_length=1, description="Languages that have a file each."
    )
    instances: FrameInstances = Field(default_factory=FrameInstances, description="English training instances.")

    @field_validator("train", "dev", "test")
    @classmethod
    def _fillable(cls, value: str | None) -> str | None:
        return value and fillable(value, ["language"])

    @model_validator(mode="after")
    def _one_origin(self) -> Mtop:
        if (self.archive is None) == (self.train is self.dev is self.test is None):
            raise ValueError("give either archive, or files of the splits (train, dev, test)")
        return self

    @property
    def has_instances(self) -> bool:
        return True

    @property
    def has_labels(self) -> bool:
        return bool(self.archive or self.train)

    @property
    def negatives_are_given(self) -> bool:
        return True  # judgements of train name few of the utterances of a frame

    def missing_qrels(self, split: Split, language: str) -> str | None:
        return None if self.archive or self.path(split, "en") else f"a file under `{split}`"

    def path(self, split: Split, language: str) -> str | None:
        """The file of a split in a language; None if the split has none."""
        given: str | None = getattr(self, split)
        return given and given.format(language=language)

    def files(self, part: Part, language: str) -> list[str]:
        if part in ("titles", "candidates"):
            return []
        domains = self.domains if part == "labels" else []
        if self.archive:
            return [self.archive, *domains]
        # dev and test decide in every language which train utterances are left out, and judge queries of every language
        paths = [self.path(split, code) for split in SPLITS for code in self.languages]
        return list(dict.fromkeys(filter(None, [*paths, *domains])))


Source = Mtop
