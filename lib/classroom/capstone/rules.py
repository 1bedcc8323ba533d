"""What a handed-in file must be, read without running it. This runs in the sandbox, and nowhere else.

A classifier needs no loops, no files beside it and no operators of its own. What has them is refused before a runtime
sees it; what the runtime makes of the rest is limited by the sandbox.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import onnx
from google.protobuf.message import DecodeError
from onnx import TensorProto

from compresslab.errors import InputError
from compresslab.onnx_file import shape_of, single_input

INPUT, OUTPUT = "images", "logits"
MOST_NODES = 10_000  # a ResNet-18 in integers has some 200
DOMAINS = ("", "ai.onnx", "ai.onnx.ml", "com.microsoft")  # what a stock ONNX Runtime has
RANDOM = {
    "Bernoulli", "Multinomial", "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike",
}  # fmt: skip
_EXPORT = "export it with compresslab.deploy.export_onnx"
_OWN_FORMAT = b"ORTM"  # bytes 4 to 7 of ONNX Runtime's own format, which a runtime looks for first
_ARCHIVES = {b"PK\x03\x04": "a zip archive, as torch.save writes", b"\x80": "a pickle", b"\x89HDF": "an HDF5 file"}
_PLACE = re.compile(r"(/home/|/Users/|/root/|/tmp/|\b[A-Za-z]:[\\/]|\\\\|\.\./|file://)\S*")
_CLAIM = re.compile(r"int-?8|int-?4|quanti[sz]ed", re.IGNORECASE)
_FLOAT = ("float32", "float64")


@dataclass(frozen=True)
class Look:
    """What a file holds.

    Attributes:
        nodes: of the graph.
        weights: bytes of its tensors, by their type.
        notes: what is odd but no reason to refuse it.
    """

    nodes: int
    weights: dict[str, int]
    notes: list[str] = field(default_factory=list)


def look(data: bytes, shape: tuple[int, int, int], classes: int) -> Look:
    """Read a file and hold it to the rules.

    Args:
        data: its bytes.
        shape: (C, H, W) of an image.
        classes: number of logits.

    Raises:
        InputError: it is refused; the message says why, and what helps.

    >>> look(b"", (3, 32, 32), 10)
    Traceback (most recent call last):
    compresslab.errors.InputError: not an ONNX model: export it with compresslab.deploy.export_onnx.
    """
    model = _parsed(data)
    graph = model.graph
    _refuse_structure(model)
    tensors = list(_tensors(graph))
    for tensor in tensors:
        if tensor.data_location == TensorProto.EXTERNAL or tensor.external_data:
            raise InputError("weights in another file: export with external_data=False, so that one file is all.")
    _refuse_ends(model, shape, classes)
    try:
        onnx.checker.check_model(model)
    except onnx.checker.ValidationError as error:
        raise InputError(f"not valid, says onnx's checker: {_first_line(error)}. {_EXPORT.capitalize()}.") from error
    weights: Counter[str] = Counter()
    for tensor in tensors:
        weights[_type_name(tensor.data_type)] += _bytes(tensor)
    return Look(len(graph.node), dict(weights.most_common(8)), list(_notes(model, weights)))


def _parsed(data: bytes) -> onnx.ModelProto:
    kind = next((kind for start, kind in _ARCHIVES.items() if data.startswith(start)), "")
    if data[4:8] == _OWN_FORMAT:
        raise InputError(f"not an ONNX model but ONNX Runtime's own format: {_EXPORT}.")
    if kind:
        raise InputError(f"not an ONNX model but {kind}: a state_dict is no network, so {_EXPORT}.")
    try:
        model = onnx.load_model_from_string(data)
    except DecodeError as error:
        raise InputError(f"not an ONNX model, or one nested too deeply: {_EXPORT}.") from error
    if not model.graph.node:  # nearly any bytes are a message without content
        raise InputError(f"not an ONNX model: {_EXPORT}.")
    return model


def _refuse_structure(model: onnx.ModelProto) -> None:
    graph = model.graph
    if model.functions:
        raise InputError("functions of its own: inline them (onnx.inliner), since they can hide any number of nodes.")
    if model.training_info:
        raise InputError(f"training information, which a shipped model has not: {_EXPORT}.")
    if len(graph.node) > MOST_NODES:
        raise InputError(f"{len(graph.node):,} nodes, and {MOST_NODES:,} are the most: a network is far smaller.")
    off = {
        tensor.name for tensor in graph.initializer if tensor.data_type == TensorProto.BOOL and not _may_be_true(tensor)
    }
    for node in graph.node:
        kind = _shown(node.op_type)
        if any(attribute.HasField("g") or attribute.graphs for attribute in node.attribute):
            raise InputError(f"{kind} with a graph inside: a classifier needs no loops and no branches; unroll them.")
        if node.domain == "com.microsoft.nchwc":
            raise InputError("saved by ONNX Runtime for one machine's processor: hand in the file that it was made of.")
        if node.domain not in DOMAINS:
            raise InputError(
                f"the custom operator {kind} of {_shown(node.domain)!r}: use what a stock ONNX Runtime has."
            )
        trains = node.op_type == "Dropout" and any(name and name not in off for name in node.input[2:])
        if node.op_type in RANDOM or trains:
            raise InputError(f"{kind}, which draws other numbers each time: store the numbers, and leave it out.")


def _refuse_ends(model: onnx.ModelProto, shape: tuple[int, int, int], classes: int) -> None:
    images = single_input(model, "it")
    logits = model.graph.output[0]
    for value, name, wanted in ((images, INPUT, shape), (logits, OUTPUT, (classes,))):
        found = shape_of(value)
        kind = "input" if value is images else "output"
        is_float = value.type.tensor_type.elem_type == TensorProto.FLOAT
        if value.name != name or not is_float or found[1:] != wanted:
            given = ", ".join(_shown(str(size)) for size in found)
            raise InputError(
                f"the {kind} is {_shown(value.name)!r}, {_type_name(value.type.tensor_type.elem_type)} ({given}): "
                f"it must be {name!r}, float32 (batch, {', '.join(map(str, wanted))}), no other size left open."
            )
        if isinstance(found[0], int) and found[0] != 0:
            raise InputError(
                f"the {kind} is fixed to {found[0]:,} images: export it for any batch, as export_onnx does."
            )


def _notes(model: onnx.ModelProto, weights: Counter[str]) -> Iterator[str]:
    graph = model.graph
    texts = [text for each in (*model.metadata_props, *graph.metadata_props) for text in (each.key, each.value)]
    texts += [model.producer_name, model.doc_string, graph.doc_string, graph.name]
    for part in (*graph.node, *graph.input, *graph.output):
        texts += [part.doc_string, *(each.value for each in part.metadata_props)]
    if any(_PLACE.search(text) for text in texts):
        yield "its texts name files of the machine that made it: compresslab.onnx_file.save_onnx leaves them out"
    stored = sum(weights.values())
    if any(map(_CLAIM.search, texts)) and sum(weights[name] for name in _FLOAT) > stored / 2:
        yield CLAIMED


CLAIMED = "it calls itself quantized, but most of its weights are stored as float32"


def claims_integers(name: str) -> bool:
    """Whether a file's name says that it is quantized.

    >>> claims_integers("model.int8.onnx"), claims_integers("model.onnx")
    (True, False)
    """
    return bool(_CLAIM.search(name))


def mostly_float(weights: dict[str, int]) -> bool:
    """Whether most of a file's bytes of weights are floating-point numbers of 32 bits or more.

    >>> mostly_float({"float32": 900, "int8": 100})
    True
    """
    return sum(weights.get(name, 0) for name in _FLOAT) > sum(weights.values()) / 2


def _tensors(graph: onnx.GraphProto) -> Iterator[TensorProto]:
    yield from graph.initializer
    for sparse in graph.sparse_initializer:
        yield from (sparse.values, sparse.indices)
    for node in graph.node:
        for attribute in node.attribute:
            yield from attribute.tensors
            if attribute.HasField("t"):
                yield attribute.t
            single = [attribute.sparse_tensor] if attribute.HasField("sparse_tensor") else []
            for each in (*single, *attribute.sparse_tensors):
                yield from (each.values, each.indices)


def _bytes(tensor: TensorProto) -> int:
    """Stored bytes, whichever field holds them; what a shape claims is not believed."""
    if tensor.raw_data:
        return len(tensor.raw_data)
    wide = len(tensor.int64_data) + len(tensor.double_data) + len(tensor.uint64_data)
    return 4 * (len(tensor.float_data) + len(tensor.int32_data)) + 8 * wide + sum(map(len, tensor.string_data))


def _may_be_true(tensor: TensorProto) -> bool:
    """Whether a stored boolean tensor has a true value, or none at all."""
    return any(tensor.int32_data) or any(tensor.raw_data) or not (tensor.int32_data or tensor.raw_data)


def _type_name(kind: int) -> str:
    try:
        return np.dtype(onnx.helper.tensor_dtype_to_np_dtype(kind)).name
    except (KeyError, TypeError, ValueError):
        return f"type {kind}"


def _shown(text: str) -> str:
    return text if len(text) <= 60 else text[:60] + "..."


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0][:200].rstrip(".")
