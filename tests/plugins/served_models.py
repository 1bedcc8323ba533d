"""Small models to serve, each with a fault that its smoke inference does not show; a registry; and traffic."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import onnx

from compresslab.deploy.card import ModelCard, Preprocessing
from compresslab.deploy.registry import Registry
from compresslab.onnx_file import save_onnx
from compresslab.serving import Limits
from compresslab.serving.bodies import write_npy
from compresslab.serving.load import Load, send_load

CARD = ModelCard("made up", ("a", "b", "c", "d"), 0.25, 4, Preprocessing(1, 2, 2, mean=(0.5,), std=(0.25,)))
NAME = "pixels"
HEAD = '<ir_version: 8, opset_import: ["": 17]> pixels (float[batch, 1, 2, 2] images) => (float[batch, 4] logits) '
# The four pixels are the logits. "nan" answers NaN to pixels above 3, which no picture has; "turned" names other
# classes, as after a mistake in the labels' order.
GRAPHS = {
    "good": "{ logits = Flatten(images) }",
    "nan": "{ three = Constant<value = float {3}>() under = Sub(three, images) root = Sqrt(under)"
    " none = Sub(root, root) same = Add(images, none) logits = Flatten(same) }",
    "turned": "{ flat = Flatten(images) logits = Neg(flat) }",
}
ORDINARY = np.arange(4, dtype=np.float32).reshape(1, 1, 2, 2) / 2 - 1
BEYOND = ORDINARY + 5  # answered as well, but not by "nan"


def registry_of(folder: Path, *kinds: str) -> Registry:
    """A registry whose versions 1, 2, ... are of these kinds; the first one is live."""
    registry = Registry(folder / "registry")
    for kind in kinds:
        register(registry, folder, kind)
    registry.promote(NAME, 1, reason="the first")
    return registry


def register(registry: Registry, folder: Path, kind: str) -> int:
    """Register another version; a kind may also be a number of matrix products, for a model that takes that long."""
    model = products(int(kind)) if kind.isdigit() else onnx.parser.parse_model(HEAD + GRAPHS[kind])
    return registry.register(NAME, save_onnx(model, folder / f"{kind}.onnx"), card=CARD).number


def products(number: int, width: int = 512) -> onnx.ModelProto:
    """The four pixels, after so many products of wide matrices that leave them as they are."""
    rows = ["flat = Flatten(images)", "wide = MatMul(flat, spread)", "x0 = MatMul(wide, one)"]
    rows += [f"x{i} = MatMul(x{i - 1}, one)" for i in range(1, number)]
    rows += [f"logits = MatMul(x{number - 1}, gather)"]
    model = onnx.parser.parse_model(HEAD + "{ " + " ".join(rows) + " }")
    spread = np.eye(4, width, dtype=np.float32)
    for name, array in {"spread": spread, "one": np.eye(width, dtype=np.float32), "gather": spread.T.copy()}.items():
        model.graph.initializer.append(onnx.numpy_helper.from_array(array, name))
    return model


def corrupt(registry: Registry, number: int) -> None:
    """Turn a bit of a registered file's weights, or of its graph where it has none."""
    path = registry.get(NAME, number).path
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


ANY_SPEED = Limits(slowdown=1000)  # tests share the cores: there a good version is slow now and then
PATIENCE = 120  # seconds, for what comes at once unless something is wrong


@contextmanager
def traffic(url: str, body: bytes = write_npy(BEYOND)) -> Iterator[list[Load]]:
    """Requests from four connections while the body runs, and as long as the patience lasts; then what came of them."""
    found: list[Load] = []
    stop = threading.Event()
    with ThreadPoolExecutor(1) as pool:

        def send() -> None:
            end = time.monotonic() + PATIENCE
            while not stop.is_set() and time.monotonic() < end:
                found.append(send_load(url, body, seconds=0.25, connections=4))

        sending = pool.submit(send)
        try:
            yield found
        finally:
            stop.set()
            sending.result()


def wait_until(condition: Callable[[], bool]) -> None:
    """Until it holds; an error where it doesn't in time."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)
