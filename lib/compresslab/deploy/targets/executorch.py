"""ExecuTorch: PyTorch's runtime for phones and smaller, here with XNNPACK's kernels for CPUs.

The exporter gives XNNPACK what it takes and leaves the rest to slow kernels in plain C++, without saying so. What is
left is counted, and refused unless allowed.
"""

import os
from collections import Counter
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from compresslab.arguments import whole
from compresslab.deploy.targets.common import as_batch, bytes_of, existing, exported, needed
from compresslab.errors import InputError
from compresslab.files import atomic_write

_TARGET = "ExecuTorch"
_NO_WORK = {"executorch_call_delegate", "getitem", "sym_size.int", "aten.view_copy.default"}  # or a copy at most


def export_executorch(
    model: nn.Module,
    example: Tensor,
    path: str | os.PathLike[str],
    *,
    largest_batch: int = 64,
    portable: bool = False,
) -> Path:
    """Write a model as `.pte` for XNNPACK.

    Args:
        model: is not modified.
        example: images (N, C, H, W) float32; only their shape matters.
        path: of the file.
        largest_batch: memory is planned for so many images.
        portable: allow operators that XNNPACK does not take; they run in plain C++.

    Raises:
        InputError: ExecuTorch is not installed, the model can't be exported, or an operator is left outside of XNNPACK.

    >>> import torch
    >>> export_executorch(nn.Flatten(), torch.zeros(2), "model.pte")
    Traceback (most recent call last):
    compresslab.errors.InputError: ...
    """
    exir = needed("executorch.exir", target=_TARGET)
    xnnpack = needed("executorch.backends.xnnpack.partition.xnnpack_partitioner", target=_TARGET)
    graph = exported(model, example, largest_batch=largest_batch)
    program = exir.to_edge_transform_and_lower(graph, partitioner=[xnnpack.XnnpackPartitioner()])
    outside = _outside(program)
    if outside and not portable:
        listed = ", ".join(f"{count} {name}" for name, count in sorted(outside.items()))
        raise InputError(f"XNNPACK does not take {listed}: pass portable=True to run them in plain C++.")
    data = program.to_executorch().buffer
    with atomic_write(path) as partial:
        partial.write_bytes(data)
    return Path(path)


def _outside(program: Any) -> Counter[str]:
    """Operators that are not part of what was handed to XNNPACK."""
    called = (node for node in program.exported_program().graph.nodes if node.op == "call_function")
    names = (getattr(node.target, "__name__", str(node.target)) for node in called)
    return Counter(name for name in names if name not in _NO_WORK)


class ExecuTorchModel:
    """A `.pte` file, called like a PyTorch model. One call at a time.

    Args:
        path: of the file. It is native code's input: open only files that you trust.
        threads: for XNNPACK. ExecuTorch has one pool in the process: the model opened last decides for all.

    Raises:
        InputError: ExecuTorch is not installed, or can't open the file.

    >>> ExecuTorchModel("missing.pte")
    Traceback (most recent call last):
    compresslab.errors.InputError: ...
    """

    def __init__(self, path: str | os.PathLike[str], threads: int = 1) -> None:
        whole(threads=threads)
        runtime = needed("executorch.runtime", target=_TARGET)
        pool = needed("executorch.extension.pybindings.portable_lib", target=_TARGET)
        self.path, self.threads = existing(path), threads
        try:
            pool._unsafe_reset_threadpool(threads)  # "unsafe" while another thread computes
            self._program = runtime.Runtime.get().load_program(self.path)
            self._forward = self._program.load_method("forward")
        except RuntimeError as error:
            raise InputError(f"ExecuTorch cannot run {path}: {error}") from error
        if pool._threadpool_get_thread_count() != threads:
            raise InputError(f"ExecuTorch does not run on the {threads} threads that were asked for.")

    def __call__(self, images: Tensor) -> Tensor:
        """Logits (N, classes) of images (N, C, H, W) float32."""
        try:
            logits: Tensor = self._forward.execute([as_batch(images, _TARGET)])[0]
        except RuntimeError as error:
            raise InputError(f"{self.path.name} does not take {tuple(images.shape)}: {error}") from error
        return logits.clone()  # the method's own memory is written over by the next call

    @property
    def size_bytes(self) -> int:
        """Bytes of the file."""
        return bytes_of(self.path)
