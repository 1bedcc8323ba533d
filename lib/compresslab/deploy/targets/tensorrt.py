"""TensorRT: an engine built from an ONNX file, for one kind of GPU and one version of TensorRT.

What was not run here: all of it. The course's machines have no GPU; the tests call it with a stand-in that has the same
names as TensorRT 11.4, and check what it is asked for.
"""

import os
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from compresslab.arguments import whole
from compresslab.deploy.targets.common import as_batch, bytes_of, existing, needed
from compresslab.errors import InputError
from compresslab.files import atomic_write
from compresslab.onnx_file import load_onnx, read_bytes, shape_of, single_input

_TARGET = "TensorRT"
_REMEDY = "pip install tensorrt on a machine with an NVIDIA GPU"


def build_engine(
    onnx_path: str | os.PathLike[str],
    path: str | os.PathLike[str],
    *,
    batches: tuple[int, int, int] = (1, 8, 64),
    workspace_bytes: int = 2**30,
) -> Path:
    """Build an engine on the GPU that will run it. Takes minutes: kernels are timed against each other.

    The network is strongly typed: what is fp32 in the file is computed in fp32 and what QDQ marks as int8 in int8.

    Args:
        onnx_path: of the model, with a batch that may vary.
        path: of the engine.
        batches: the smallest batch that the engine takes, the one it is tuned for, and the largest.
        workspace_bytes: memory of the GPU that kernels may use beside weights and activations.

    Raises:
        InputError: TensorRT or a GPU is missing, it can't build the file, or the batches are not in order.

    >>> build_engine("missing.onnx", "model.engine", batches=(8, 1, 64))
    Traceback (most recent call last):
    compresslab.errors.InputError: batches=(8, 1, 64): give the smallest, the usual and the largest, in this order.
    """
    whole(workspace_bytes=workspace_bytes, smallest=batches[0])
    if list(batches) != sorted(batches) or len(batches) != 3:
        raise InputError(f"batches={batches}: give the smallest, the usual and the largest, in this order.")
    library = _on_a_gpu()
    images = single_input(load_onnx(onnx_path), onnx_path)
    batch, *image = shape_of(images)
    if not isinstance(batch, str):
        raise InputError(f"{onnx_path} takes {batch} images at a time: export it with a dynamic batch.")
    builder = library.Builder(library.Logger(library.Logger.WARNING))
    network = builder.create_network(1 << int(library.NetworkDefinitionCreationFlag.STRONGLY_TYPED))
    parser = library.OnnxParser(network, library.Logger(library.Logger.WARNING))
    if not parser.parse(read_bytes(onnx_path)):
        said = "; ".join(str(parser.get_error(number)) for number in range(parser.num_errors))
        raise InputError(f"TensorRT cannot read {onnx_path}: {said}")
    config = builder.create_builder_config()
    config.set_memory_pool_limit(library.MemoryPoolType.WORKSPACE, workspace_bytes)
    profile = builder.create_optimization_profile()
    profile.set_shape(images.name, *((count, *image) for count in batches))
    config.add_optimization_profile(profile)
    engine = builder.build_serialized_network(network, config)
    if engine is None:  # the reason went to the logger
        raise InputError(f"TensorRT cannot build {onnx_path}: see what it wrote above.")
    with atomic_write(path) as partial:
        partial.write_bytes(bytes(engine))
    return Path(path)


class TensorRtModel:
    """An engine, called like a PyTorch model. Images and logits stay on the GPU where they are there.

    Args:
        path: of an engine built by this version of TensorRT on this kind of GPU. It holds machine code: open only
            engines that you built.

    Raises:
        InputError: TensorRT or a GPU is missing, or the engine is of another version or GPU.

    >>> TensorRtModel("missing.engine")
    Traceback (most recent call last):
    compresslab.errors.InputError: ...
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        library = _on_a_gpu()
        self.path = existing(path)
        self._runtime: Any = library.Runtime(library.Logger(library.Logger.WARNING))
        self._engine = self._runtime.deserialize_cuda_engine(self.path.read_bytes())
        if self._engine is None:
            raise InputError(f"TensorRT cannot open {path}: build it on this machine, with this version.")
        self._context = self._engine.create_execution_context()
        names = [self._engine.get_tensor_name(number) for number in range(self._engine.num_io_tensors)]
        self._input, self._output = names

    def __call__(self, images: Tensor) -> Tensor:
        """Logits (N, classes) of images (N, C, H, W) float32, on the device of the images."""
        batch = images.detach().contiguous() if images.is_cuda else as_batch(images, _TARGET).cuda()
        if not self._context.set_input_shape(self._input, tuple(batch.shape)):
            raise InputError(f"{self.path.name} does not take {tuple(batch.shape)}: see the batches it was built for.")
        logits = torch.empty(tuple(self._context.get_tensor_shape(self._output)), device=batch.device)
        self._context.set_tensor_address(self._input, batch.data_ptr())
        self._context.set_tensor_address(self._output, logits.data_ptr())
        stream = torch.cuda.current_stream()
        if not self._context.execute_async_v3(stream.cuda_stream):
            raise RuntimeError(f"{self.path.name} failed on the GPU")
        stream.synchronize()
        return logits.to(images.device)

    @property
    def size_bytes(self) -> int:
        """Bytes of the engine."""
        return bytes_of(self.path)


def _on_a_gpu() -> Any:
    if not torch.cuda.is_available():
        raise InputError("TensorRT needs an NVIDIA GPU, to build an engine and to run it: PyTorch sees none here.")
    return needed("tensorrt", target=_TARGET, remedy=_REMEDY)
