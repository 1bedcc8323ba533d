"""PyTorch's own ways out of Python: compiled in place, exported, compiled ahead of time, and the old one, TorchScript.

All of them run machine code or a program that stands in the file: open only files that you made. An ONNX file is the
one to take from others, and from a registry.
"""

import copy
import os
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import torch
from torch import Tensor, nn

from compresslab.deploy.targets.common import as_batch, beside, bytes_of, existing, exported
from compresslab.errors import InputError
from compresslab.files import atomic_write
from compresslab.hidden_weights import require_plain_parameters

Call = Callable[[Tensor], Tensor]


def compiled(model: nn.Module) -> nn.Module:
    """`torch.compile` of a copy, for any batch size. There is no file: each process compiles again, at its first call.

    Args:
        model: is not modified.

    >>> compiled(nn.Flatten()).training
    False
    """
    require_plain_parameters(model, purpose="compilation")
    return torch.compile(copy.deepcopy(model).cpu().eval(), dynamic=True)  # type: ignore[return-value]


def export_program(model: nn.Module, example: Tensor, path: str | os.PathLike[str], *, largest_batch: int = 64) -> Path:
    """Write a model's graph as `.pt2`: a graph of PyTorch's operators that needs no code of yours, but needs PyTorch.

    Args:
        model: is not modified.
        example: images (N, C, H, W) float32; only their shape matters.
        path: of the file.
        largest_batch: the graph takes 1 to so many images.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = export_program(nn.Flatten(), torch.zeros(1, 1, 2, 2), Path(folder, "model.pt2"))
    ...     ProgramModel.exported(path)(torch.ones(3, 1, 2, 2)).shape
    torch.Size([3, 4])
    """
    graph, path = exported(model, example, largest_batch=largest_batch), Path(path)
    graph.example_inputs = None  # would be stored in the file
    with beside(path) as folder:  # a name that ends in .pt2 is asked for
        torch.export.save(graph, folder / "model.pt2")
        (folder / "model.pt2").replace(path)
    return path


def export_ahead_of_time(
    model: nn.Module, example: Tensor, path: str | os.PathLike[str], *, largest_batch: int = 64
) -> Path:
    """Compile a model with AOTInductor into a `.pt2` that holds a shared library for this kind of CPU.

    Args:
        model, example, path, largest_batch: as in `export_program`. Needs a C++ compiler, and takes a minute.

    >>> export_ahead_of_time(nn.Flatten(), torch.zeros(2), "model.pt2")
    Traceback (most recent call last):
    compresslab.errors.InputError: example is torch.float32 (2,): expected float32 images (N, C, H, W).
    """
    from torch._inductor import aoti_compile_and_package  # here: it loads the compiler

    graph, path = exported(model, example, largest_batch=largest_batch), Path(path)
    with beside(path) as folder, torch.no_grad():
        aoti_compile_and_package(graph, package_path=str(folder / "model.pt2"))
        (folder / "model.pt2").replace(path)
    return path


def script(model: nn.Module, path: str | os.PathLike[str]) -> Path:
    """Write a model as TorchScript, deprecated since PyTorch 2.9: for servers that know nothing newer.

    Args:
        model: is not modified. Its `forward` must be of the part of Python that TorchScript knows.
        path: of the file.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = script(nn.Sequential(nn.Flatten()), Path(folder, "model.pt"))
    ...     ProgramModel.scripted(path)(torch.ones(3, 1, 2, 2)).shape
    torch.Size([3, 4])
    """
    require_plain_parameters(model, purpose="TorchScript")
    with warnings.catch_warnings(), atomic_write(path) as partial:
        warnings.simplefilter("ignore")  # the deprecation, which the docstring says
        frozen = torch.jit.freeze(torch.jit.script(copy.deepcopy(model).cpu().eval()))
        torch.jit.save(frozen, str(partial))
    return Path(path)


class ProgramModel:
    """A file of one of these ways, called like a PyTorch model, on PyTorch's threads.

    Args:
        path: of the file.
        call: what it was loaded as.

    >>> ProgramModel.exported("missing.pt2")
    Traceback (most recent call last):
    compresslab.errors.InputError: missing.pt2 is missing: export the model first.
    """

    def __init__(self, path: str | os.PathLike[str], call: Call) -> None:
        self.path, self._call = existing(path), call

    @classmethod
    def exported(cls, path: str | os.PathLike[str]) -> "ProgramModel":
        """A file of `export_program`."""
        return cls(path, _load(lambda: torch.export.load(existing(path)).module(), path))

    @classmethod
    def ahead_of_time(cls, path: str | os.PathLike[str]) -> "ProgramModel":
        """A file of `export_ahead_of_time`: loads machine code."""
        from torch._inductor import aoti_load_package

        return cls(path, _load(lambda: aoti_load_package(str(existing(path))), path))

    @classmethod
    def scripted(cls, path: str | os.PathLike[str]) -> "ProgramModel":
        """A file of `script`: runs the program in it."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return cls(path, _load(lambda: torch.jit.load(str(existing(path)), map_location="cpu"), path))

    def __call__(self, images: Tensor) -> Tensor:
        """Logits (N, classes) of images (N, C, H, W) float32."""
        with torch.inference_mode():
            return self._call(as_batch(images, "the program"))

    @property
    def size_bytes(self) -> int:
        """Bytes of the file."""
        return bytes_of(self.path)


def _load(load: Callable[[], Any], path: str | os.PathLike[str]) -> Call:
    try:
        return load()
    except (RuntimeError, ValueError, OSError, BadZipFile) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"PyTorch cannot load {path}: {error}") from error
