"""An ONNX file's integers of four bits at two in a byte, in the two ways that this can be written.

`export_qdq` stores weights of 4 bits as int8, of which they use a part. ONNX has a type for them, INT4, and the file
halves. What the runtime makes of it is another matter: whether it has a kernel decides, and `optimized_ops` tells.
"""

import os
from pathlib import Path

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from compresslab.errors import InputError
from compresslab.onnx_file import load_onnx, save_onnx

_LOW, _HIGH = -8, 7
_OPSET = 21  # the first whose DequantizeLinear takes INT4


def store_as_int4(path: str | os.PathLike[str], packed: str | os.PathLike[str], *, widen: bool) -> Path:
    """Rewrite the int8 weights of a QDQ file, whose values fit into 4 bits, as INT4.

    Args:
        path: of a file such as `export_qdq` writes of a model whose weights have 4 bits.
        packed: the file to make or replace.
        widen: put a Cast to int8 between the weights and their DequantizeLinear. What they stand for is the same; but
            the graph then has the pattern that ONNX Runtime fuses to integer convolutions, and without it has not.

    Returns:
        `packed`.

    Raises:
        InputError: no DequantizeLinear reads int8 weights that fit into 4 bits.

    >>> from tempfile import TemporaryDirectory
    >>> import torch
    >>> from compresslab.deploy import OnnxModel, export_qdq
    >>> from compresslab.models import small_cnn
    >>> from compresslab.quantization import BitWidths, quantize_post_training
    >>> images = torch.rand(16, 1, 8, 8)
    >>> model = quantize_post_training(small_cnn(), [images], bits=BitWidths(weights=4))
    >>> with TemporaryDirectory() as folder:
    ...     wide = export_qdq(model, images, Path(folder, "wide.onnx"))
    ...     narrow = store_as_int4(wide, Path(folder, "narrow.onnx"), widen=True)
    ...     same = torch.equal(OnnxModel(wide)(images), OnnxModel(narrow)(images))
    ...     same, narrow.stat().st_size < 0.8 * wide.stat().st_size
    (True, True)
    """
    model = load_onnx(path)
    graph, stored = model.graph, {each.name: each for each in model.graph.initializer}
    casts, weights = [], []
    for node in graph.node:
        if node.op_type != "DequantizeLinear" or node.input[0] not in stored:
            continue
        weight = stored[node.input[0]]
        if weight.data_type != TensorProto.INT8 or not _fits(numpy_helper.to_array(weight)):
            continue
        weights.append(weight.name)
        if widen:
            casts.append(helper.make_node("Cast", [weight.name], [f"{weight.name}.int8"], to=TensorProto.INT8))
            node.input[0] = f"{weight.name}.int8"
        elif len(node.input) > 2:  # a zero point has the type of what it belongs to; left out it is zero
            if numpy_helper.to_array(stored[node.input[2]]).any():
                raise InputError(f"{weight.name} has a zero point other than 0: quantize it symmetrically.")
            del node.input[2:]
    if not weights:
        raise InputError(f"{os.fspath(path)} has no int8 weights that fit into 4 bits: quantize them to 4 first.")
    for name in weights:
        values = numpy_helper.to_array(stored[name])
        stored[name].CopyFrom(helper.make_tensor(name, TensorProto.INT4, values.shape, _pairs(values), raw=True))
    for place, cast in enumerate(casts):
        graph.node.insert(place, cast)
    for opset in model.opset_import:
        if opset.domain == "":
            opset.version = max(opset.version, _OPSET)
    return save_onnx(model, packed, {note.key: note.value for note in model.metadata_props})


def _pairs(values: np.ndarray) -> bytes:
    """Two integers a byte, the first in the lower half: without `raw` onnx would store each byte as a varint."""
    halves = np.append(values.flatten(), np.zeros(values.size % 2, values.dtype)).astype(np.uint8) & 15
    return bytes(halves[::2] | (halves[1::2] << 4))


def _fits(values: np.ndarray) -> bool:
    return bool(values.size and values.ndim > 1 and values.min() >= _LOW and values.max() <= _HIGH)
