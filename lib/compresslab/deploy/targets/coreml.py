"""Core ML: Apple's format, converted anywhere and run on Apple's systems.

What was not run here: the converted model. The course's machines are no Macs; the tests look into the package.
"""

import os
import shutil
import sys
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from compresslab.arguments import one_of
from compresslab.deploy.targets.common import as_batch, beside, bytes_of, existing, exported, needed
from compresslab.errors import InputError

_TARGET = "Core ML"


def export_coreml(
    model: nn.Module,
    example: Tensor,
    path: str | os.PathLike[str],
    *,
    largest_batch: int = 64,
    precision: str = "float16",
) -> Path:
    """Write a model as `.mlpackage`, a folder, for iOS 17 and macOS 14 and newer.

    Args:
        model: is not modified.
        example: images (N, C, H, W) float32; only their shape matters.
        path: of the package, which is replaced.
        largest_batch: the model takes 1 to so many images.
        precision: "float16", which Apple's neural engine computes in, or "float32", which it does not.

    Raises:
        InputError: coremltools is not installed, or `example` is no batch of images.

    >>> export_coreml(nn.Flatten(), torch.zeros(2), "model.mlpackage")
    Traceback (most recent call last):
    compresslab.errors.InputError: ...
    """
    one_of(("float16", "float32"), precision=precision)
    library, path = needed("coremltools", target=_TARGET), Path(path)
    if path.suffix != ".mlpackage":
        raise InputError(f"{path}: name a package that ends in .mlpackage.")
    # Core ML's converter knows PyTorch's core operators: batch-norm and the like are taken apart first.
    graph = exported(model, example, largest_batch=largest_batch).run_decompositions({})
    made = library.convert(
        graph,
        convert_to="mlprogram",
        minimum_deployment_target=library.target.iOS17,
        compute_precision=library.precision.FLOAT16 if precision == "float16" else library.precision.FLOAT32,
        outputs=[library.TensorType("logits")],
    )
    with beside(path) as folder:
        made.save(str(folder / path.name))
        if path.exists():
            shutil.rmtree(path)
        (folder / path.name).rename(path)
    return path


class CoreMlModel:
    """An `.mlpackage`, called like a PyTorch model, on an Apple system.

    Args:
        path: of the package.

    Raises:
        InputError: this is no Apple system, coremltools is not installed, or can't open the package.

    >>> CoreMlModel("missing.mlpackage")
    Traceback (most recent call last):
    compresslab.errors.InputError: ...
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        system: str = sys.platform  # annotated: mypy takes the platform that it runs on for the only one
        if system != "darwin":
            raise InputError(f"{_TARGET} runs on Apple's systems only: this one is {system}.")
        library = needed("coremltools", target=_TARGET)
        self.path = existing(path)
        self._model: Any = library.models.MLModel(str(path), compute_units=library.ComputeUnit.CPU_ONLY)
        (self._input,) = (entry.name for entry in self._model.get_spec().description.input)

    def __call__(self, images: Tensor) -> Tensor:
        """Logits (N, classes) of images (N, C, H, W) float32."""
        (logits,) = self._model.predict({self._input: as_batch(images, _TARGET).numpy()}).values()
        return torch.from_numpy(logits)

    @property
    def size_bytes(self) -> int:
        """Bytes of all files in the package."""
        return bytes_of(self.path)
