"""The second term of a joint training: the ranker's vectors of an English text and of its switched form alike."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import PreTrainedModel, PreTrainedTokenizerFast

from switchrank.encoder.batch_loss import Members, batch_loss
from switchrank.encoder.loss import NoOptions
from switchrank.encoder.losses.infonce import Loss
from switchrank.errors import SwitchRankError
from switchrank.ranker.batches import Pairs
from switchrank.ranker.settings import Joint, Training
from switchrank.ranker.token_ids import plain

_SIDES = ("query", "passage")


class _How(NamedTuple):
    pooling: str
    precision: str
    chunk: int | None


class Frame(NamedTuple):
    """The special tokens around a text alone, and how many tokens there may be.

    Attributes:
        before: ids in front of it.
        after: ids behind it.
        max_length: of all together; a longer text loses its end.
    """

    before: list[int]
    after: list[int]
    max_length: int

    @classmethod
    def of(cls, tokenizer: PreTrainedTokenizerFast, max_length: int) -> Frame:
        """The frame of a tokenizer.

        Raises:
            SwitchRankError: it changes a text when special tokens are added.
        """
        backend = plain(tokenizer)
        alone, framed = (backend.encode("a b", add_special_tokens=added).ids for added in (False, True))
        for start in range(len(framed) - len(alone) + 1):
            if framed[start : start + len(alone)] == alone:
                return cls(framed[:start], framed[start + len(alone) :], max_length)
        raise SwitchRankError("the tokenizer does not put a text alone between special tokens, as a joint loss needs")

    def around(self, ids: NDArray[np.int32]) -> list[int]:
        """A text between its special tokens."""
        room = self.max_length - len(self.before) - len(self.after)
        return [*self.before, *ids[:room].tolist(), *self.after]


class Alignment:
    """InfoNCE of English texts and their switched forms, each text encoded alone by the ranker.

    ContrastiveMix (NAACL 2024, short paper 17) adds such a term for an English query and its code-mixed form to the
    loss of a dense encoder; here the vector is what the ranker's head reads, the last layer's first token. The
    negatives of a text are the switched forms of all other texts of the batch, those in other parts and processes
    included.

    Args:
        model: the ranker.
        switched: the pairs that it is trained on.
        english: the same pairs in English.
        settings: of the training, `joint` among them.
        frame: around each text.
    """

    def __init__(
        self, model: PreTrainedModel, switched: Pairs, english: Pairs, settings: Training, frame: Frame
    ) -> None:
        assert settings.joint is not None
        self.encoder = getattr(model, model.base_model_prefix)
        self.switched, self.english, self.joint, self.frame = switched, english, settings.joint, frame
        self.loss = Loss(self.joint.temperature, NoOptions())
        # as the parts of the ranking loss: the memory of one part
        self.how = _How("cls", settings.precision, 16 if settings.accumulate > 1 else None)

    def __call__(self, rows: NDArray[np.int64], device: torch.device) -> torch.Tensor | None:
        """λ times the loss of a batch, a scalar with a graph, the same in each process; None if fewer than two of its
        texts were switched.

        Args:
            rows: of the whole batch, in all processes.
            device: of the model.
        """
        english, switched = different_texts(self.english, self.switched, rows, self.joint)
        if len(english) < 2:
            return None
        ids = [self.frame.around(text) for text in (*english, *switched)]
        members = Members(list(range(len(english))), list(range(len(english), len(ids))), [], None)
        loss, _ = batch_loss(self.encoder, ids, members, self.loss, self.how, device)
        return loss * self.joint.weight


def different_texts(
    english: Pairs, switched: Pairs, rows: NDArray[np.int64], joint: Joint
) -> tuple[list[NDArray[np.int32]], list[NDArray[np.int32]]]:
    """Token ids of the English texts of some pairs, each once, and of the first switched form of each.

    Texts that were not switched, and a switched form that another text has too, are left out: both would be false
    negatives.

    Args:
        english: the pairs in English.
        switched: the same pairs as the corpus shows them.
        rows: int64, numbers of the pairs.
        joint: which sides.
    """
    places = [2 * at + _SIDES.index(side) for at in range(len(rows)) for side in joint.sides]
    found: dict[bytes, tuple[NDArray[np.int32], NDArray[np.int32]]] = {}
    seen: set[bytes] = set()
    before, after = (_lists(pairs, rows) for pairs in (english, switched))
    for place in places:
        one, other = before[place], after[place]
        if one.tobytes() not in found and not np.array_equal(one, other) and other.tobytes() not in seen:
            found[one.tobytes()] = (one, other)
            seen.add(other.tobytes())
    return [one for one, _ in found.values()], [other for _, other in found.values()]


def _lists(pairs: Pairs, rows: NDArray[np.int64]) -> list[NDArray[np.int32]]:
    texts = pairs.texts_of(rows)
    return np.split(texts.values, texts.offsets[1:-1])
