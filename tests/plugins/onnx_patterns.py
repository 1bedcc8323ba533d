"""Tiny classifiers in ONNX files, which compare images with patterns, and images to try them on."""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

CLASSES, SIDE = 4, 4
RNG = np.random.default_rng(0)
PATTERNS = RNG.random((CLASSES, 1, SIDE, SIDE)).astype(np.float32)


def write_model(
    path: Path,
    weight: np.ndarray,
    *,
    batch: int | str = "n",
    softmax: bool = False,
    last: bool = False,
    side: int = SIDE,
) -> Path:
    """Patterns that are correlated with the image: logits, or their softmax; channels first or last."""
    flat = weight.reshape(len(weight), -1).T.astype(np.float32)
    steps = [("Flatten", ["images"], "flat"), ("MatMul", ["flat", "weight"], "logits")]
    if last:
        steps[0] = ("Flatten", ["first"], "flat")
        steps.insert(0, ("Transpose", ["images"], "first"))
    if softmax:
        steps.append(("Softmax", ["logits"], "probabilities"))
    nodes = [helper.make_node(kind, inputs, [output]) for kind, inputs, output in steps]
    if last:
        nodes[0].attribute.append(helper.make_attribute("perm", [0, 3, 1, 2]))
    shape = [batch, side, side, 1] if last else [batch, 1, side, side]
    graph = helper.make_graph(
        nodes,
        "patterns",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info(steps[-1][2], TensorProto.FLOAT, [batch, len(weight)])],
        [numpy_helper.from_array(flat, "weight")],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)
    return path


def sharpened(factor: float = 8.0) -> np.ndarray:
    return factor * (PATTERNS - PATTERNS.mean(0))


def draw(n: int = 600, seed: int = 1) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, CLASSES, n)
    images = PATTERNS[labels] + rng.normal(0, 0.35, (n, 1, SIDE, SIDE))
    images = (images - images.min()) / (images.max() - images.min())
    return {"images": images.astype(np.float32), "labels": labels}
