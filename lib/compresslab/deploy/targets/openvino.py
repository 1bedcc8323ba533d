"""OpenVINO: reads ONNX, rewrites the graph for the CPU at hand, and keeps it as `.xml` (graph) and `.bin` (weights)."""

import os
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from compresslab.arguments import whole
from compresslab.deploy.targets.common import beside, bytes_of, existing, needed
from compresslab.errors import InputError
from compresslab.onnx_file import as_input, load_onnx, single_input

_TARGET = "OpenVINO"


def export_openvino(onnx_path: str | os.PathLike[str], path: str | os.PathLike[str]) -> Path:
    """Write an ONNX file as OpenVINO's own format.

    Weights stay in fp32: by default `save_model` halves them.

    Args:
        onnx_path: of the model, in fp32 or in integers (QDQ).
        path: of the `.xml`; the `.bin` goes beside it.

    Raises:
        InputError: OpenVINO is not installed, or can't read the file.

    >>> export_openvino("missing.onnx", "model.xml")
    Traceback (most recent call last):
    compresslab.errors.InputError: ...
    """
    library, path = needed("openvino", target=_TARGET), Path(path)
    if path.suffix != ".xml":
        raise InputError(f"{path}: name a file that ends in .xml; the weights go beside it, in .bin.")
    single_input(load_onnx(onnx_path), onnx_path)
    try:
        network = library.Core().read_model(os.fspath(onnx_path))
        with beside(path) as folder:
            library.save_model(network, folder / path.name, compress_to_fp16=False)
            (folder / path.name).with_suffix(".bin").replace(path.with_suffix(".bin"))
            (folder / path.name).replace(path)  # last: a graph without its weights is never seen
    except RuntimeError as error:
        raise InputError(f"OpenVINO cannot convert {onnx_path}: {error}") from error
    return path


class OpenVinoModel:
    """A file that OpenVINO runs on the CPU, called like a PyTorch model.

    Args:
        path: of an `.xml` with its `.bin`, or of an ONNX file.
        threads: for its operators.
        precision: "f32" computes as the file says. Left to itself, OpenVINO computes fp32 models in bfloat16 where the
            CPU has instructions for it, which changes logits by a percent.

    Raises:
        InputError: OpenVINO is not installed, can't open the file, or doesn't take the settings.

    >>> OpenVinoModel("missing.xml")
    Traceback (most recent call last):
    compresslab.errors.InputError: ...
    """

    def __init__(self, path: str | os.PathLike[str], threads: int = 1, *, precision: str = "f32") -> None:
        whole(threads=threads)
        library = needed("openvino", target=_TARGET)
        self.path, self.threads = existing(path), threads
        settings = {"INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": 1, "INFERENCE_PRECISION_HINT": precision}
        try:
            network = library.Core().compile_model(os.fspath(path), "CPU", settings)
            self._request = network.create_infer_request()
            used = network.get_property("INFERENCE_NUM_THREADS")
            sizes = network.input().get_partial_shape()
        except RuntimeError as error:
            raise InputError(f"OpenVINO cannot run {path}: {error}") from error
        self.input_shape = tuple(size.get_length() if size.is_static else "batch" for size in sizes)
        if used != threads:
            raise InputError(f"OpenVINO runs {path} on {used} threads, not on the {threads} that were asked for.")

    def __call__(self, images: Tensor) -> Tensor:
        """Logits (N, classes) of images (N, C, H, W) float32.

        Raises:
            InputError: another dtype, or a shape the model does not take.
        """
        # Checked here: a batch with one channel of three was answered all the same.
        batch = as_input(images, self.input_shape, f"the batch for {self.path.name}")
        results: Any = self._request.infer([batch])
        return torch.from_numpy(results[0].copy())  # the request's own memory is written over by the next call

    @property
    def size_bytes(self) -> int:
        """Bytes of what is shipped: graph and weights."""
        weights = self.path.with_suffix(".bin")
        return bytes_of(self.path) + (bytes_of(weights) if self.path.suffix == ".xml" else 0)
