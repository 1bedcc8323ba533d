"""LiteRT, once TensorFlow Lite: a flat file that is mapped into memory, and an interpreter of a few hundred kB.

The batch is 1 in the file, and the interpreter resizes it: the converter (litert-torch 0.10) could not carry a
dimension that varies through a `flatten`.
"""

import os
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from compresslab.arguments import whole
from compresslab.deploy.targets.common import as_batch, beside, bytes_of, existing, needed, prepared
from compresslab.errors import InputError

_TARGET = "LiteRT"


def export_litert(model: nn.Module, example: Tensor, path: str | os.PathLike[str]) -> Path:
    """Write a model as `.tflite`.

    Args:
        model: is not modified.
        example: images (N, C, H, W) float32; only their shape matters.
        path: of the file.

    Raises:
        InputError: litert-torch is not installed, or `example` is no batch of images.

    >>> export_litert(nn.Flatten(), torch.zeros(2), "model.tflite")
    Traceback (most recent call last):
    compresslab.errors.InputError: ...
    """
    library, path = needed("litert_torch", target=_TARGET), Path(path)
    network, image = prepared(model, example)
    made = library.convert(network, (image,))
    with beside(path) as folder:
        made.export(str(folder / "model.tflite"))
        (folder / "model.tflite").replace(path)
    return path


class LiteRtModel:
    """A `.tflite` file, called like a PyTorch model. One call at a time.

    Args:
        path: of the file.
        threads: for XNNPACK, whose kernels LiteRT takes on CPUs.

    Raises:
        InputError: ai-edge-litert is not installed, or can't open the file.

    >>> LiteRtModel("missing.tflite")
    Traceback (most recent call last):
    compresslab.errors.InputError: ...
    """

    def __init__(self, path: str | os.PathLike[str], threads: int = 1) -> None:
        whole(threads=threads)
        library = needed("ai_edge_litert.interpreter", target=_TARGET)
        self.path, self.threads = existing(path), threads
        try:
            self._interpreter: Any = library.Interpreter(model_path=os.fspath(path), num_threads=threads)
            self._interpreter.allocate_tensors()
        except (ValueError, RuntimeError) as error:
            raise InputError(f"LiteRT cannot run {path}: {error}") from error
        (self._input,) = self._interpreter.get_input_details()
        (self._output,) = self._interpreter.get_output_details()
        self._shape = tuple(self._input["shape"])

    def __call__(self, images: Tensor) -> Tensor:
        """Logits (N, classes) of images (N, C, H, W) float32. Another N than last time plans the memory anew."""
        batch = as_batch(images, _TARGET).numpy()
        if batch.shape[1:] != self._shape[1:]:
            raise InputError(f"{self.path.name} takes (N, {', '.join(map(str, self._shape[1:]))}), not {batch.shape}.")
        if batch.shape != self._shape:
            self._interpreter.resize_tensor_input(self._input["index"], list(batch.shape))
            self._interpreter.allocate_tensors()
            self._shape = batch.shape
        self._interpreter.set_tensor(self._input["index"], batch)
        self._interpreter.invoke()
        return torch.from_numpy(self._interpreter.get_tensor(self._output["index"]))

    @property
    def size_bytes(self) -> int:
        """Bytes of the file."""
        return bytes_of(self.path)
