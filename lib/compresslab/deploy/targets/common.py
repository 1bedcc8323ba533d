"""What the targets share: their libraries, asked for when they are used, and the graph that they are made from."""

import copy
import importlib
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from compresslab.arguments import whole
from compresslab.errors import InputError
from compresslab.hidden_weights import require_plain_parameters

EXTRA = "install the extra `targets` in an environment of its own"


def needed(module: str, *, target: str, remedy: str = EXTRA) -> Any:
    """The module, imported when it is needed and not before.

    Args:
        module: full name.
        target: who needs it.
        remedy: how to come by it.

    Raises:
        InputError: it is not installed, or does not load here.

    >>> needed("no_such_runtime", target="NoSuchTarget")
    Traceback (most recent call last):
    compresslab.errors.InputError: NoSuchTarget needs no_such_runtime, which ...: install the extra `targets` in ...
    """
    try:
        with warnings.catch_warnings():  # what these libraries say to each other at import
            warnings.simplefilter("ignore")
            return importlib.import_module(module)
    except (ImportError, OSError) as error:  # OSError: a shared library that this system lacks
        raise InputError(f"{target} needs {module}, which can't be imported ({error}): {remedy}.") from error


def prepared(model: nn.Module, example: Tensor) -> tuple[nn.Module, Tensor]:
    """A copy of a model on the CPU and in evaluation mode, and a black image in the usual order in memory.

    Args:
        model: is not modified.
        example: images (N, C, H, W) float32; only their shape matters. Not channels-last: ExecuTorch's kernels were
            wrong for those.

    Raises:
        InputError: `example` is not a batch of images, or `model` has parameters computed from others.

    >>> network, image = prepared(nn.Flatten(), torch.zeros(5, 1, 2, 2))
    >>> network.training, image.shape
    (False, torch.Size([1, 1, 2, 2]))
    """
    if example.ndim != 4 or len(example) == 0 or example.dtype != torch.float32:
        kind = f"{example.dtype} {tuple(example.shape)}"
        raise InputError(f"example is {kind}: expected float32 images (N, C, H, W).")
    require_plain_parameters(model, purpose="an exported graph")
    # Of its shape only: some formats keep the example in the file, where an image of someone's has no place.
    image = torch.zeros(example[:1].shape)
    return copy.deepcopy(model).cpu().to(memory_format=torch.contiguous_format).eval(), image


def exported(model: nn.Module, example: Tensor, *, largest_batch: int) -> torch.export.ExportedProgram:
    """The model's graph as `torch.export` sees it, in evaluation mode on the CPU.

    Args:
        model: is not modified.
        example: images (N, C, H, W) float32; only their shape matters.
        largest_batch: the graph takes 1 to so many images.

    Raises:
        InputError: as `prepared`, or the model works for one batch size only.

    >>> graph = exported(nn.Flatten(), torch.zeros(1, 1, 2, 2), largest_batch=8)
    >>> graph.module()(torch.ones(3, 1, 2, 2)).shape
    torch.Size([3, 4])
    """
    whole(2, largest_batch=largest_batch)
    network, image = prepared(model, example)
    batch = torch.export.Dim("batch", min=1, max=largest_batch)
    try:  # as many images as allowed: made from two, ExecuTorch's file refused 17
        return torch.export.export(network, (image.repeat(largest_batch, 1, 1, 1),), dynamic_shapes=({0: batch},))
    except (torch._dynamo.exc.UserError, ValueError) as error:
        raise InputError(
            f"{type(model).__name__} can only be exported for a fixed batch size: "
            "its forward must not depend on the number of images."
        ) from error


def as_batch(images: Tensor, target: str) -> Tensor:
    """Images as every runtime takes them: in memory in the order of their dimensions, on the CPU.

    Raises:
        InputError: they are no batch of float32 images.

    >>> as_batch(torch.zeros(2, 3), "OpenVINO")
    Traceback (most recent call last):
    compresslab.errors.InputError: the batch for OpenVINO is torch.float32 (2, 3): expected float32 (N, C, H, W).
    """
    if images.ndim != 4 or len(images) == 0 or images.dtype != torch.float32:
        kind = f"{images.dtype} {tuple(images.shape)}"
        raise InputError(f"the batch for {target} is {kind}: expected float32 (N, C, H, W).")
    return images.detach().cpu().contiguous()


def existing(path: str | os.PathLike[str]) -> Path:
    """The path of a file or folder that is there.

    Raises:
        InputError: it is missing.

    >>> existing("missing.pte")
    Traceback (most recent call last):
    compresslab.errors.InputError: missing.pte is missing: export the model first.
    """
    path = Path(path)
    if not path.exists():
        raise InputError(f"{path} is missing: export the model first.")
    return path


def bytes_of(path: str | os.PathLike[str]) -> int:
    """Bytes of a file, or of all files in a folder.

    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "a").write_bytes(bytes(3)), Path(folder, "b").write_bytes(bytes(4))
    ...     bytes_of(folder)
    7
    """
    path = Path(path)
    files = [path] if path.is_file() else [each for each in path.rglob("*") if each.is_file()]
    return sum(each.stat().st_size for each in files)


@contextmanager
def beside(path: str | os.PathLike[str]) -> Iterator[Path]:
    """A folder beside `path` for writers that want to choose when they write, or that write several files.

    >>> with tempfile.TemporaryDirectory() as parent:
    ...     with beside(Path(parent, "model.pte")) as folder:
    ...         _ = (folder / "part").write_text("half")
    ...     list(Path(parent).iterdir())
    []
    """
    parent = Path(path).parent
    try:
        parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=parent, prefix=f".{Path(path).name}.", suffix=".part"))
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror}. Choose a folder you may write to.") from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
