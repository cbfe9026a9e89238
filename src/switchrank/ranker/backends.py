"""What computes a ranker's logits: torch or OpenVINO in float32 or bf16, or ONNX Runtime in 8 bits."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import PreTrainedModel

from switchrank.errors import SwitchRankError
from switchrank.ranker.batches import EncodedPairs
from switchrank.ranker.onnx_graph import optional, write_onnx
from switchrank.ranker.settings import Scoring
from switchrank.training.precision import autocast, multiplies_bf16

Done = Callable[[int], None]


class Backend(Protocol):
    """Computes logits of batches."""

    def logits(self, pairs: EncodedPairs, batches: list[NDArray[np.int64]], done: Done) -> NDArray[np.float32]:
        """Logits of all pairs, float32 [pairs]; `done` is called with the size of each finished batch."""
        ...


class TorchBackend:
    """The unchanged model.

    Args:
        model: on its device, in evaluation mode.
        precision: of `Scoring`.
        device: where it runs.
    """

    def __init__(self, model: PreTrainedModel, precision: str, device: torch.device) -> None:
        self.model, self.precision, self.device = model, precision, device

    def logits(self, pairs: EncodedPairs, batches: list[NDArray[np.int64]], done: Done) -> NDArray[np.float32]:
        """See `Backend`."""
        scores = np.empty(len(pairs.lengths), dtype=np.float32)
        with torch.inference_mode(), autocast(self.precision, self.device):
            for rows in batches:
                logits = self.model(**pairs.batch(rows, self.device)).logits.squeeze(-1)
                scores[rows] = logits.float().cpu().numpy()
                done(len(rows))
        return scores


class Int8Backend:
    """ONNX Runtime on the CPU with 8-bit matrix products.

    Args:
        graph: an ONNX file; its weights are quantised here.
        threads: CPU threads.
        setting: named when the package is missing.
    """

    def __init__(self, graph: Path, threads: int, setting: str) -> None:
        runtime = optional("onnxruntime", setting)
        options = runtime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        options.log_severity_level = 3
        quantised = str(in_int8(graph, setting))
        self.session = runtime.InferenceSession(quantised, options, providers=["CPUExecutionProvider"])

    def logits(self, pairs: EncodedPairs, batches: list[NDArray[np.int64]], done: Done) -> NDArray[np.float32]:
        """See `Backend`."""
        scores = np.empty(len(pairs.lengths), dtype=np.float32)
        for rows in batches:
            scores[rows] = self.session.run(None, pairs.arrays(rows))[0]
            done(len(rows))
        return scores


class OpenVinoBackend:
    """OpenVINO on the CPU: each thread computes its own batch, so that scores do not depend on the number of threads.

    Args:
        graph: an ONNX file.
        threads: CPU threads.
        precision: of `Scoring`.
        setting: named when the package is missing.
    """

    def __init__(self, graph: Path, threads: int, precision: str, setting: str) -> None:
        openvino = optional("openvino", setting)
        core = openvino.Core()
        self.queue = openvino.AsyncInferQueue(
            core.compile_model(
                str(graph),
                "CPU",
                {
                    "INFERENCE_NUM_THREADS": threads,
                    "NUM_STREAMS": threads,
                    "INFERENCE_PRECISION_HINT": _openvino_type(precision),
                },
            ),
            threads,
        )

    def logits(self, pairs: EncodedPairs, batches: list[NDArray[np.int64]], done: Done) -> NDArray[np.float32]:
        """See `Backend`."""
        scores = np.empty(len(pairs.lengths), dtype=np.float32)

        def keep(request: Any, rows: NDArray[np.int64]) -> None:
            scores[rows] = request.get_output_tensor(0).data
            done(len(rows))

        self.queue.set_callback(keep)
        for rows in batches:
            self.queue.start_async(pairs.arrays(rows), rows)
        self.queue.wait_all()
        return scores


def _openvino_type(precision: str) -> str:
    return "bf16" if precision != "fp32" and multiplies_bf16(torch.device("cpu")) else "f32"


def make_backend(model: PreTrainedModel, names: tuple[str, ...], settings: Scoring, device: torch.device) -> Backend:
    """The backend named in the settings.

    Args:
        model: the ranker, on `device`.
        names: of its inputs, in order.
        settings: of the scoring.
        device: torch's; the other backends use the CPU.

    Raises:
        SwitchRankError: a package is missing, or the hardware does not support the precision.
    """
    if settings.backend == "torch":
        return TorchBackend(model, settings.precision, device)
    setting, threads = f"scoring.backend: {settings.backend}", torch.get_num_threads()
    if settings.precision == "bf16" and not multiplies_bf16(torch.device("cpu")):
        raise SwitchRankError(f"{setting} with precision: bf16 needs a CPU with bf16 units; use fp32 or auto")
    with tempfile.TemporaryDirectory() as folder:
        graph = Path(folder) / "ranker.onnx"
        write_onnx(model.cpu(), names, graph, setting)
        if settings.backend == "openvino":
            return OpenVinoBackend(graph, threads, settings.precision, setting)
        return Int8Backend(graph, threads, setting)


def in_int8(graph: Path, setting: str) -> Path:
    """The graph with weights of matrix products in 8 bits, one scale per column, and activations quantised at run time
    (dynamic quantisation, Jacob et al. 2018, arXiv 1712.05877, with the ranges of each batch).

    Returns:
        A file next to the given one.
    """
    quantization = optional("onnxruntime.quantization", setting)
    target = graph.with_name("int8.onnx")
    logging.disable(logging.WARNING)  # it recommends a step that is only useful for convolutions
    try:
        quantization.quantize_dynamic(
            graph,
            target,
            op_types_to_quantize=["MatMul", "Gemm"],
            per_channel=True,
            weight_type=quantization.QuantType.QInt8,
            reduce_range=True,  # without VNNI, sums of two full 8-bit products overflow 16 bits
        )
    finally:
        logging.disable(logging.NOTSET)
    return target
