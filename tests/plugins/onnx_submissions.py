"""Files as learners might hand them in: honest small networks, and others that a grader must survive."""

import pickle
import struct
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper

SHAPE, CLASSES = (3, 32, 32), 10
Nodes = Sequence[onnx.NodeProto]


def network(
    extra: Nodes = (),
    *,
    first: str = "images",
    last: str = "logits",
    seed: int = 0,
    batch: int | str = "batch",
    tensors: Sequence[TensorProto] = (),
    opsets: Sequence[str] = (),
    shape: tuple[int, int, int] = SHAPE,
) -> onnx.ModelProto:
    """Mean colours of a 4x4 grid and a linear layer: (batch, C, H, W) to (batch, 10), in 2 kB.

    Args:
        extra: nodes before it, from "images" to `first`.
        first: what its first node reads.
        last: name of its output.
        seed: of its weights.
        batch: its first dimension.
        tensors: more constants.
        opsets: domains that it uses besides.
        shape: (C, H, W) of a picture.
    """
    random = np.random.default_rng(seed)
    features, side = 16 * shape[0], shape[1] // 4
    weight = numpy_helper.from_array(random.normal(0, 0.3, (features, CLASSES)).astype(np.float32), "weight")
    flat = numpy_helper.from_array(np.array([-1, features]), "flat")
    nodes = [
        *extra,
        helper.make_node("AveragePool", [first], ["grid"], kernel_shape=[side, side], strides=[side, side]),
        helper.make_node("Reshape", ["grid", "flat"], ["features"]),
        helper.make_node("MatMul", ["features", "weight"], [last]),
    ]
    graph = helper.make_graph(
        nodes,
        "graph",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, [batch, *shape])],
        [helper.make_tensor_value_info(last, TensorProto.FLOAT, [batch, CLASSES])],
        [weight, flat, *tensors],
    )
    imports = [helper.make_opsetid("", 20), *(helper.make_opsetid(domain, 1) for domain in opsets)]
    return helper.make_model(graph, opset_imports=imports, ir_version=10)


def constant(name: str, values: Any, dtype: Any = np.int64) -> TensorProto:
    return numpy_helper.from_array(np.array(values, dtype=dtype), name)


def looping(trips: int) -> onnx.ModelProto:
    """A Loop that goes round so many times."""
    body = helper.make_graph(
        [helper.make_node("Identity", ["go"], ["again"]), helper.make_node("Identity", ["x"], ["y"])],
        "body",
        [
            helper.make_tensor_value_info("turn", TensorProto.INT64, []),
            helper.make_tensor_value_info("go", TensorProto.BOOL, []),
            helper.make_tensor_value_info("x", TensorProto.FLOAT, None),
        ],
        [
            helper.make_tensor_value_info("again", TensorProto.BOOL, []),
            helper.make_tensor_value_info("y", TensorProto.FLOAT, None),
        ],
    )
    loop = helper.make_node("Loop", ["trips", "yes", "images"], ["looped"], body=body)
    return network([loop], first="looped", tensors=[constant("trips", trips), constant("yes", True, np.bool_)])


def scanning() -> onnx.ModelProto:
    """A Scan over the rows of a picture."""
    body = helper.make_graph(
        [helper.make_node("Identity", ["row"], ["same"])],
        "body",
        [helper.make_tensor_value_info("row", TensorProto.FLOAT, None)],
        [helper.make_tensor_value_info("same", TensorProto.FLOAT, None)],
    )
    return network([helper.make_node("Scan", ["images"], ["scanned"], body=body, num_scan_inputs=1)], first="scanned")


def nested(depth: int) -> bytes:
    """If within If within If, each three messages deeper; by hand, since protobuf writes none that it can't read."""
    graph = b""
    for _ in range(depth):
        branch = onnx.AttributeProto(name="then_branch", type=onnx.AttributeProto.GRAPH)
        node = onnx.NodeProto(op_type="If", input=["yes"], output=["out"])
        inner = branch.SerializeToString() + _message(6, graph)
        graph = _message(1, node.SerializeToString() + _message(5, inner))
    return network().SerializeToString() + _message(7, graph)  # a field that comes twice is merged


def _message(field: int, content: bytes) -> bytes:
    """A field of a message that is one itself."""
    size, length = len(content), b""
    while size >= 128:
        length += bytes([size % 128 + 128])
        size //= 128
    return bytes([field * 8 + 2]) + length + bytes([size]) + content


def expanding(size: Sequence[int], shape: tuple[int, int, int] = SHAPE) -> onnx.ModelProto:
    """Makes a tensor of that size of one number, and adds its largest to every pixel."""
    nodes = [
        helper.make_node("Expand", ["one", "shape"], ["huge"]),
        helper.make_node("ReduceMax", ["huge"], ["most"], keepdims=0),
        helper.make_node("Add", ["images", "most"], ["added"]),
    ]
    return network(
        nodes, first="added", tensors=[constant("one", [0.0], np.float32), constant("shape", size)], shape=shape
    )


def tiling(times: int) -> onnx.ModelProto:
    """Repeats the pictures as often, so that the memory needed depends on them."""
    nodes = [
        helper.make_node("Tile", ["images", "times"], ["tiled"]),
        helper.make_node("ReduceMax", ["tiled"], ["most"], keepdims=0),
        helper.make_node("Add", ["images", "most"], ["added"]),
    ]
    return network(nodes, first="added", tensors=[constant("times", [1, 1, times, times])])


def filling(size: Sequence[int], shape: tuple[int, int, int] = SHAPE) -> onnx.ModelProto:
    """ConstantOfShape, which a runtime may compute as soon as it loads the file."""
    nodes = [
        helper.make_node("ConstantOfShape", ["shape"], ["huge"]),
        helper.make_node("ReduceMax", ["huge"], ["most"], keepdims=0),
        helper.make_node("Add", ["images", "most"], ["added"]),
    ]
    return network(nodes, first="added", tensors=[constant("shape", size)], shape=shape)


def working(rounds: int, shape: tuple[int, int, int] = SHAPE) -> onnx.ModelProto:
    """No loop at all, and yet hours of computing: large products, one after the other."""
    tensors = [constant("shape", [3000, 3000])]
    nodes = [helper.make_node("ReduceMax", ["images"], ["largest"], keepdims=0)]
    nodes += [helper.make_node("Expand", ["largest", "shape"], ["m0"])]
    nodes += [helper.make_node("MatMul", [f"m{n}", f"m{n}"], [f"m{n + 1}"]) for n in range(rounds)]
    nodes += [helper.make_node("ReduceMax", [f"m{rounds}"], ["most"], keepdims=0)]
    nodes += [helper.make_node("Mul", ["most", "zero"], ["nothing"])]
    nodes += [helper.make_node("Add", ["images", "nothing"], ["added"])]
    return network(nodes, first="added", tensors=[*tensors, constant("zero", 0.0, np.float32)], shape=shape)


def sometimes_working(rounds: int, level: float, shape: tuple[int, int, int] = SHAPE) -> onnx.ModelProto:
    """Works on pictures whose mean is above a level alone, without a branch: of others it has none to work on."""
    side, pixels = 512, shape[0] * shape[1] * shape[2]
    tensors = [
        constant("level", level, np.float32),
        constant("axes", [1, 2, 3]),
        constant("zero", 0.0, np.float32),
        constant("first", np.zeros((pixels, side)), np.float32),
        constant("other", np.zeros((side, side)), np.float32),
    ]
    nodes = [
        helper.make_node("ReduceMean", ["images", "axes"], ["mean"], keepdims=0),
        helper.make_node("Greater", ["mean", "level"], ["bright"]),
        helper.make_node("Compress", ["images", "bright"], ["some"], axis=0),
        helper.make_node("Flatten", ["some"], ["flattened"]),
        helper.make_node("MatMul", ["flattened", "first"], ["m0"]),
        *(helper.make_node("MatMul", [f"m{n}", "other"], [f"m{n + 1}"]) for n in range(rounds)),
        helper.make_node("ReduceSum", [f"m{rounds}"], ["sum"], keepdims=0),
        helper.make_node("Add", ["images", "sum"], ["added"]),
    ]
    return network(nodes, first="added", tensors=tensors, shape=shape)


def dropping(*, training: bool | None) -> onnx.ModelProto:
    """A Dropout: it draws numbers only where it is told to do as in training. None: it is told nothing."""
    inputs = ["images", "ratio", *([] if training is None else ["training"])]
    tensors = [constant("ratio", 0.5, np.float32)]
    tensors += [] if training is None else [constant("training", training, np.bool_)]
    return network([helper.make_node("Dropout", inputs, ["x"])], first="x", tensors=tensors)


def holding_the_batch() -> onnx.ModelProto:
    """Says that it takes any batch, and reshapes to one image inside."""
    model = network()
    model.graph.initializer[1].CopyFrom(constant("flat", [1, 48]))
    return model


def telling_pixels() -> onnx.ModelProto:
    """Fails, with a shape that is made of the first pixels of a picture: ONNX Runtime's message shows it."""
    nodes = [
        helper.make_node("Reshape", ["images", "all"], ["line"]),
        helper.make_node("Slice", ["line", "start", "end"], ["pixels"]),
        helper.make_node("Mul", ["pixels", "scale"], ["scaled"]),
        helper.make_node("Add", ["scaled", "above"], ["positive"]),
        helper.make_node("Cast", ["positive"], ["shape"], to=TensorProto.INT64),
        helper.make_node("Reshape", ["images", "shape"], ["x"]),
    ]
    tensors = [
        constant("all", [-1]),
        constant("start", [0]),
        constant("end", [6]),
        constant("scale", 63.5, np.float32),
        constant("above", 500.0, np.float32),
    ]
    return network(nodes, first="x", tensors=tensors)


def in_two_formats() -> bytes:
    """ONNX Runtime's own format, with a random network, for who looks for its mark; to protobuf, the plain `network`.

    Its first bytes are the place of a flatbuffer's root, and a tag of protobuf; the rest is a field that nobody knows.
    """
    hidden = network([helper.make_node("RandomNormalLike", ["images"], ["x"])], first="x")
    with tempfile.TemporaryDirectory() as folder:
        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
        options.optimized_model_filepath = str(Path(folder, "hidden.ort"))
        options.add_session_config_entry("session.save_model_format", "ORT")
        onnxruntime.InferenceSession(hidden.SerializeToString(), options, providers=["CPUExecutionProvider"])
        own = Path(folder, "hidden.ort").read_bytes()
    (table,) = struct.unpack_from("<I", own)
    vtable = table - struct.unpack_from("<i", own, table)[0]
    size = struct.unpack_from("<H", own, vtable)[0]
    fields = [struct.unpack_from("<H", own, vtable + place)[0] for place in range(4, size, 2)]
    root = int.from_bytes(
        b"\x08\x10\x09\x00", "little"
    )  # as protobuf: ir_version 16, then eight bytes of another field
    copy = -(-(root + 64) // 64) * 64
    both = bytearray(copy) + own
    both[:8] = struct.pack("<I", root) + b"ORTM"
    new = root + 4 + 4 * len(fields)
    new += new % 2
    struct.pack_into("<i", both, root, root - new)
    struct.pack_into("<HH", both, new, 4 + 2 * len(fields), 4 + 4 * len(fields))
    for number, field in enumerate(fields):
        if field:
            target = table + field + struct.unpack_from("<I", own, table + field)[0]
            place = root + 4 + 4 * number
            struct.pack_into("<H", both, new + 4 + 2 * number, place - root)
            struct.pack_into("<I", both, place, copy + target - place)
    rest = len(both) - 17  # behind the tag of a field with a length, and four bytes of that
    both[11:17] = b"\xfa\x7f" + bytes(
        [rest % 128 + 128, rest // 128 % 128 + 128, rest // 128**2 % 128 + 128, rest // 128**3]
    )
    return bytes(both) + network().SerializeToString()


def in_another_file(location: str) -> onnx.ModelProto:
    """Weights that are said to lie in a file of that name."""
    model = network()
    weight = model.graph.initializer[0]
    onnx.external_data_helper.set_external_data(weight, location)
    weight.ClearField("raw_data")
    return model


def with_functions() -> onnx.ModelProto:
    """A function that calls one twice that calls one twice ..: 2 to the power of 40 nodes when it is inlined."""
    model = network([helper.make_node("f40", ["images"], ["called"], domain="own")], first="called", opsets=["own"])
    opsets = [helper.make_opsetid("", 20), helper.make_opsetid("own", 1)]
    for level in range(41):
        if level:
            inner = [
                helper.make_node(f"f{level - 1}", ["x"], ["z"], domain="own"),
                helper.make_node(f"f{level - 1}", ["z"], ["y"], domain="own"),
            ]
        else:
            inner = [helper.make_node("Identity", ["x"], ["y"])]
        model.functions.append(helper.make_function("own", f"f{level}", ["x"], ["y"], inner, opsets))
    return model


def many_nodes(count: int) -> onnx.ModelProto:
    """A chain of nodes that do nothing."""
    names = ["images", *(f"x{n}" for n in range(count))]
    nodes = [helper.make_node("Identity", [names[n]], [names[n + 1]]) for n in range(count)]
    return network(nodes, first=names[-1])


def with_paths(note: str) -> onnx.ModelProto:
    """A note in the metadata."""
    model = network()
    model.metadata_props.add(key="source", value=note)
    return model


def state_dict(path: Path) -> bytes:
    """What torch.save makes of a state_dict: no network."""
    torch.save(torch.nn.Linear(3, 4).state_dict(), path)
    return path.read_bytes()


def other_names(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same network under other names, with other metadata and a node more."""
    copied = onnx.ModelProto.FromString(model.SerializeToString())
    for node in copied.graph.node:
        node.name = f"mine_{node.name}"
        for names in (node.input, node.output):
            for place, name in enumerate(names):
                names[place] = name if name in ("images", "logits", "") else f"my_{name}"
    for tensor in copied.graph.initializer:
        tensor.name = f"my_{tensor.name}"
    del copied.graph.value_info[:]
    (node,) = (node for node in copied.graph.node if "logits" in node.output)
    node.output[0] = "my_last"
    copied.graph.node.append(helper.make_node("Identity", ["my_last"], ["logits"], name="mine"))
    copied.producer_name, copied.doc_string = "somebody else", "all mine"
    return copied


REFUSED: dict[str, tuple[Callable[[], bytes | onnx.ModelProto], str]] = {
    "nothing": (lambda: b"", "not an ONNX model"),
    "text": (lambda: b"I have trained it, I promise.\n" * 50, "not an ONNX model"),
    "random bytes": (lambda: np.random.default_rng(0).bytes(5000), "not an ONNX model"),
    "half a file": (lambda: network().SerializeToString()[:900], "not"),
    "a pickle": (lambda: pickle.dumps({"weight": [1.0] * 100}), "a pickle"),
    "a custom operator": (
        lambda: network([helper.make_node("Evil", ["images"], ["x"], domain="my.own")], first="x", opsets=["my.own"]),
        "the custom operator Evil of 'my.own'",
    ),
    "an unknown operator": (
        lambda: network([helper.make_node("NoSuchOp", ["images"], ["x"])], first="x"),
        "not valid, says onnx's checker: No Op registered for NoSuchOp",
    ),
    "functions in functions": (with_functions, "functions of its own"),
    "weights elsewhere": (lambda: in_another_file("weights.bin"), "weights in another file"),
    "weights far elsewhere": (lambda: in_another_file("../../../../etc/passwd"), "weights in another file"),
    "a Loop": (lambda: looping(2**60), "Loop with a graph inside"),
    "a Scan": (scanning, "Scan with a graph inside"),
    "nesting": (lambda: nested(20), "If with a graph inside"),
    "deep nesting": (lambda: nested(60), "not an ONNX model, or one nested too deeply"),
    "many nodes": (lambda: many_nodes(20_000), "20,003 nodes, and 10,000 are the most"),
    "random numbers": (
        lambda: network(
            [
                helper.make_node("RandomNormalLike", ["images"], ["noise"]),
                helper.make_node("Add", ["images", "noise"], ["x"]),
            ],
            first="x",
        ),
        "RandomNormalLike, which draws other numbers each time",
    ),
    "dropout as in training": (lambda: dropping(training=True), "Dropout, which draws other numbers each time"),
    "ONNX Runtime's own format": (in_two_formats, "not an ONNX model but ONNX Runtime's own format"),
    "a format of one processor": (
        lambda: network(
            [helper.make_node("ReorderInput", ["images"], ["x"], domain="com.microsoft.nchwc")],
            first="x",
            opsets=["com.microsoft.nchwc"],
        ),
        "saved by ONNX Runtime for one machine's processor",
    ),
    "one image at a time": (lambda: network(batch=1), "the input is fixed to 1 images"),
    "an absurd batch": (lambda: network(batch=2**31), "the input is fixed to 2,147,483,648 images"),
    "another output": (lambda: network(last="classes"), "the output is 'classes', float32 (batch, 10)"),
    "two outputs": (lambda: _with_output(network()), "1 inputs and 2 outputs"),
    "other pictures": (
        lambda: _reshaped(network(), [3, 224, 224]),
        "the input is 'images', float32 (batch, 3, 224, 224)",
    ),
    "a picture of bytes": (lambda: _retyped(network()), "the input is 'images', uint8 (batch, 3, 32, 32)"),
}


def _with_output(model: onnx.ModelProto) -> onnx.ModelProto:
    model.graph.output.append(helper.make_tensor_value_info("features", TensorProto.FLOAT, ["batch", 48]))
    return model


def _reshaped(model: onnx.ModelProto, shape: Sequence[int]) -> onnx.ModelProto:
    model.graph.input[0].CopyFrom(helper.make_tensor_value_info("images", TensorProto.FLOAT, ["batch", *shape]))
    return model


def _retyped(model: onnx.ModelProto) -> onnx.ModelProto:
    model.graph.input[0].type.tensor_type.elem_type = TensorProto.UINT8
    return model


def by_heart(images: torch.Tensor, labels: torch.Tensor) -> onnx.ModelProto:
    """Knows these pictures (N, C, H, W) by heart, and of all others nothing: its answer is then class 0."""
    known = images.flatten(1).numpy()
    tensors = [
        numpy_helper.from_array(np.ascontiguousarray(2 * known.T), "twice"),
        numpy_helper.from_array((known**2).sum(1), "squares"),
        numpy_helper.from_array(np.eye(CLASSES, dtype=np.float32)[labels.numpy()], "labels"),
        constant("flat", [-1, known.shape[1]]),
        constant("axes", [1]),
        constant("near", 0.01, np.float32),
    ]
    nodes = [
        helper.make_node("Reshape", ["images", "flat"], ["x"]),
        helper.make_node("ReduceSumSquare", ["x", "axes"], ["own"], keepdims=1),
        helper.make_node("MatMul", ["x", "twice"], ["products"]),
        helper.make_node("Sub", ["products", "own"], ["a"]),
        helper.make_node("Sub", ["a", "squares"], ["b"]),
        helper.make_node("Add", ["b", "near"], ["c"]),
        helper.make_node("Relu", ["c"], ["found"]),
        helper.make_node("MatMul", ["found", "labels"], ["logits"]),
    ]
    ends = [
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, ["batch", *images.shape[1:]])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", CLASSES])],
    ]
    return helper.make_model(
        helper.make_graph(nodes, "graph", *ends, tensors), opset_imports=[helper.make_opsetid("", 20)], ir_version=10
    )


def as_bytes(made: bytes | onnx.ModelProto) -> bytes:
    return made if isinstance(made, bytes) else made.SerializeToString()
