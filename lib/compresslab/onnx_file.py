"""Read and write ONNX files: checked, whole or absent, and without what only the exporter cares for."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import onnx
import torch
from google.protobuf.message import DecodeError
from numpy.typing import NDArray
from torch import Tensor

from compresslab.errors import InputError
from compresslab.files import atomic_write


def load_onnx(path: str | os.PathLike[str]) -> onnx.ModelProto:
    """Read a model from one file.

    Raises:
        InputError: the file is missing, is no ONNX model, or has weights in other files.

    >>> load_onnx("missing.onnx")
    Traceback (most recent call last):
    compresslab.errors.InputError: cannot read missing.onnx: No such file or directory. Export the model first.
    """
    return parse_onnx(read_bytes(path), path)


def read_bytes(path: str | os.PathLike[str]) -> bytes:
    """The bytes of a model's file.

    Raises:
        InputError: it cannot be read.

    >>> read_bytes("missing.onnx")
    Traceback (most recent call last):
    compresslab.errors.InputError: cannot read missing.onnx: No such file or directory. Export the model first.
    """
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}. Export the model first.") from error


def parse_onnx(data: bytes, path: str | os.PathLike[str]) -> onnx.ModelProto:
    """The model in the bytes of a file.

    Weights in other files are refused: a file that is copied or hashed would not hold them, and the path to them stands
    in the model, where whoever made it can name any file of the machine.

    Args:
        data: of the file.
        path: names it in errors.

    Raises:
        InputError: it is no ONNX model, or has weights in other files.

    >>> parse_onnx(b"no model", "model.onnx")
    Traceback (most recent call last):
    compresslab.errors.InputError: model.onnx is not a valid ONNX model: export it again.
    """
    try:
        model = onnx.load_model_from_string(data)
        outside = next((t.name for t in _tensors(model) if t.data_location == onnx.TensorProto.EXTERNAL), None)
        if outside is None:
            onnx.checker.check_model(model)
    except (DecodeError, onnx.checker.ValidationError) as error:
        raise InputError(f"{path} is not a valid ONNX model: export it again.") from error
    if outside is not None:
        raise InputError(f"{path} keeps {outside!r} in another file: export it with external_data=False.")
    return model


def _tensors(model: onnx.ModelProto) -> Iterator[onnx.TensorProto]:
    """All tensors that a model holds, in its graph, in those that are attributes of nodes, and in functions."""
    graphs, nodes = [model.graph], [node for function in model.functions for node in function.node]
    sparse = []
    while graphs or nodes:
        while graphs:
            graph = graphs.pop()
            yield from graph.initializer
            sparse += graph.sparse_initializer
            nodes += graph.node
        for attribute in (attribute for node in nodes for attribute in node.attribute):
            yield from (attribute.t, *attribute.tensors)
            sparse += [attribute.sparse_tensor, *attribute.sparse_tensors]
            if attribute.HasField("g"):
                graphs.append(attribute.g)
            graphs += attribute.graphs
        nodes = []
    for tensor in sparse:
        yield from (tensor.values, tensor.indices)


def shape_of(value: onnx.ValueInfoProto) -> tuple[int | str, ...]:
    """Shape of a model's input or output; a dimension that may vary is a name such as "batch".

    >>> shape_of(onnx.helper.make_tensor_value_info("images", onnx.TensorProto.FLOAT, ["batch", 3, 32, 32]))
    ('batch', 3, 32, 32)
    """
    return tuple(dim.dim_param or dim.dim_value for dim in value.type.tensor_type.shape.dim)


def single_input(model: onnx.ModelProto, path: str | os.PathLike[str]) -> onnx.ValueInfoProto:
    """The input of a model with one input and one output.

    Raises:
        InputError: the model has more of either, or none.

    >>> text = '<ir_version: 8, opset_import: ["": 17]> double (float[n, 2] x) => (float[n, 2] y) { y = Add(x, x) }'
    >>> single_input(onnx.parser.parse_model(text), "double.onnx").name
    'x'
    """
    weights = {tensor.name for tensor in model.graph.initializer}  # old files list them among the inputs
    inputs = [value for value in model.graph.input if value.name not in weights]
    if len(inputs) != 1 or len(model.graph.output) != 1:
        raise InputError(
            f"{path} has {len(inputs)} inputs and {len(model.graph.output)} outputs: export a model with one of each."
        )
    return inputs[0]


def as_input(images: Tensor, shape: tuple[int | str, ...], what: str) -> NDArray[np.float32]:
    """A batch of images as a runtime takes it.

    Args:
        images: (N, C, H, W) float32 with N at least 1.
        shape: of the model's input, as `shape_of` gives it.
        what: begins the error's sentence, such as "calibration batch 3".

    Raises:
        InputError: another dtype, or a shape that the model does not take.

    >>> as_input(torch.zeros(2, 1, 8, 8), ("batch", 1, 8, 8), "the batch").shape
    (2, 1, 8, 8)
    >>> as_input(torch.zeros(2, 1, 8, 9), ("batch", 1, 8, 8), "the batch")
    Traceback (most recent call last):
    compresslab.errors.InputError: the batch is torch.float32 (2, 1, 8, 9): the model takes float32 ('batch', 1, 8, 8).
    """
    fits = images.ndim == len(shape) and all(
        size == want or isinstance(want, str) for size, want in zip(images.shape, shape, strict=True)
    )
    if images.dtype != torch.float32 or not fits or len(images) == 0:
        raise InputError(f"{what} is {images.dtype} {tuple(images.shape)}: the model takes float32 {shape}.")
    return images.detach().cpu().numpy()


def save_onnx(model: onnx.ModelProto, path: str | os.PathLike[str], notes: Mapping[str, str] | None = None) -> Path:
    """Strip a model, check it and write it, all weights inside.

    Exporters and quantizers leave source lines, module names and inferred shapes on every node, 60 kB in a
    ResNet-18: nothing beside 45 MB, a lot beside the 200 kB of a small int8 one. No runtime reads them.

    Args:
        model: is stripped in place.
        path: of the file, replaced only once the new one is whole.
        notes: what the model should say of itself, such as the data it was trained on; read back by
            `OnnxModel.notes`.

    Returns:
        `path`.

    Raises:
        onnx.checker.ValidationError: the model is not valid; nothing is written.
        InputError: the folder cannot be written, or the disk is full.

    >>> text = '<ir_version: 8, opset_import: ["": 17]> double (float[n, 2] x) => (float[n, 2] y) { y = Add(x, x) }'
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = save_onnx(onnx.parser.parse_model(text), Path(folder, "double.onnx"), {"data": "digits"})
    ...     [note.value for note in load_onnx(path).metadata_props]
    ['digits']
    """
    graph = model.graph
    model.doc_string = graph.doc_string = ""
    for values in (model.metadata_props, graph.metadata_props, graph.value_info):
        del values[:]
    for part in (*graph.node, *graph.input, *graph.output, *graph.initializer):
        part.doc_string = ""
        del part.metadata_props[:]
    for key, text in (notes or {}).items():
        model.metadata_props.add(key=key, value=text)
    onnx.checker.check_model(model, full_check=True)
    with atomic_write(path) as partial:
        partial.write_bytes(model.SerializeToString())
    return Path(path)
