"""Any ONNX file as something to time: inputs made for what the file says it takes, and a call that runs it on them."""

import math
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from google.protobuf.message import DecodeError
from numpy.typing import NDArray

from compresslab.arguments import whole
from compresslab.cost import file_bytes, gzip_bytes
from compresslab.errors import InputError
from compresslab.onnx_session import RUNTIME_ERRORS, open_session, session_options

Inputs = dict[str, NDArray[Any]]
_BATCH = "first"  # what a dimension without a name is called if it is an input's first
_TYPES = {  # ONNX Runtime's names
    "tensor(float)": np.float32, "tensor(double)": np.float64, "tensor(float16)": np.float16,
    "tensor(int8)": np.int8, "tensor(uint8)": np.uint8, "tensor(int16)": np.int16, "tensor(uint16)": np.uint16,
    "tensor(int32)": np.int32, "tensor(int64)": np.int64, "tensor(uint32)": np.uint32, "tensor(uint64)": np.uint64,
    "tensor(bool)": np.bool_,
}  # fmt: skip
_FAILURES: tuple[type[Exception], ...] = (*RUNTIME_ERRORS, ValueError)  # of a run; ValueError: an input is missing
_MOST_VALUES = 2**31  # of an input; more is a slip in a size


@dataclass(frozen=True)
class Input:
    """What a file takes under one name.

    Attributes:
        name: in the graph.
        dtype: NumPy's name of its type, such as "float32".
        shape: whole numbers, and names of the dimensions that may vary.

    >>> Input("images", "float32", ("batch", 3, 32, 32)).fixed({"batch": 8})
    (8, 3, 32, 32)
    """

    name: str
    dtype: str
    shape: tuple[int | str, ...]

    def fixed(self, sizes: Mapping[str, int]) -> tuple[int, ...]:
        """The shape with the varying dimensions at these sizes, and at 1 where none is given."""
        return tuple(sizes.get(size, 1) if isinstance(size, str) else size for size in self.shape)


def inputs_of(path: str | os.PathLike[str]) -> list[Input]:
    """What a file takes. A varying dimension without a name gets one: "first", or "INPUT.2" for the third of an input.

    Raises:
        InputError: the file is missing, ONNX Runtime can't run it, or it takes something else than plain tensors.

    >>> from tempfile import TemporaryDirectory
    >>> text = '<ir_version: 8, opset_import: ["": 17]> double (float[n, 2] x) => (float[n, 2] y) { y = Add(x, x) }'
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "double.onnx")
    ...     _ = path.write_bytes(onnx.parser.parse_model(text).SerializeToString())
    ...     inputs_of(path)
    [Input(name='x', dtype='float32', shape=('n', 2))]
    """
    found = []
    for given in _open(path, threads=1).get_inputs():
        if given.type not in _TYPES:
            raise InputError(f"{path}: its input {given.name!r} is a {given.type}: no inputs can be made for it.")
        shape = tuple(
            size if isinstance(size, int) else size or (_BATCH if place == 0 else f"{given.name}.{place}")
            for place, size in enumerate(given.shape)
        )
        found.append(Input(given.name, np.dtype(_TYPES[given.type]).name, shape))
    return found


def make_inputs(inputs: Sequence[Input], sizes: Mapping[str, int] | None = None, *, seed: int = 0) -> Inputs:
    """Random values of the right types and shapes: normally distributed, 0 or 1, or all 256 of a byte.

    Integers are 0 or 1, which are tokens of any vocabulary and values of any mask; bytes are pixels. How long a network
    takes hardly depends on the values, except where it skips some, or where they become too small for normal floats.

    Args:
        inputs: of a file.
        sizes: of the dimensions that vary, by name; 1 where none is given.
        seed: of the values.

    Raises:
        InputError: a size is below 1, is of no dimension that these inputs have, or is far too large.

    >>> made = make_inputs([Input("tokens", "int64", ("batch", "length"))], {"length": 5})
    >>> made["tokens"].shape, made["tokens"].max() <= 1
    ((1, 5), np.True_)
    """
    sizes = dict(sizes or {})
    varying = [size for each in inputs for size in each.shape if isinstance(size, str)]
    for name, size in sizes.items():
        whole(**{name: size})
        if name not in varying:
            known = f"choose from {', '.join(dict.fromkeys(varying))}" if varying else "all of them are fixed"
            raise InputError(f"no input has a varying dimension {name!r}: {known}.")
    generator = np.random.default_rng(seed)
    made: Inputs = {}
    for each in inputs:
        shape, dtype = each.fixed(sizes), np.dtype(each.dtype)
        if math.prod(shape) > _MOST_VALUES:
            raise InputError(f"input {each.name!r} would be {shape}, {math.prod(shape):,} values: give smaller sizes.")
        if dtype.kind == "f":
            made[each.name] = generator.standard_normal(shape, dtype=np.float32).astype(dtype)
        elif dtype.itemsize == 1 and dtype.kind in "iu":
            made[each.name] = generator.integers(np.iinfo(dtype).min, np.iinfo(dtype).max, shape, dtype, endpoint=True)
        else:
            made[each.name] = generator.integers(0, 2, shape).astype(dtype)
    return made


def runner(path: str | os.PathLike[str], *, threads: int = 1) -> Callable[[Inputs], list[Any]]:
    """A file as a function from inputs to outputs, in the order of the graph.

    Raises:
        InputError: the file can't be opened; when it is called, also that the runtime fails on these inputs.

    >>> runner("missing.onnx")
    Traceback (most recent call last):
    compresslab.errors.InputError: cannot read missing.onnx: No such file or directory. Export the model first.
    """
    session = _open(path, threads)

    def run(inputs: Inputs) -> list[Any]:
        try:
            return session.run(None, inputs)
        except _FAILURES as error:
            raise InputError(f"{path} failed: {_first_line(error)}") from error

    return run


def onnx_call(path: str | os.PathLike[str], inputs: Inputs, *, threads: int = 1) -> Callable[[], list[Any]]:
    """A call that runs a file on these inputs and gives its outputs. It was tried once, so that it works.

    Raises:
        InputError: the file can't be opened, or fails on these inputs, or an output holds NaN or infinity. The call
            itself raises one where the runtime fails later.

    >>> onnx_call("missing.onnx", {})
    Traceback (most recent call last):
    compresslab.errors.InputError: cannot read missing.onnx: No such file or directory. Export the model first.
    """
    run = runner(path, threads=threads)

    def call() -> list[Any]:
        return run(inputs)

    for number, values in enumerate(call()):
        if isinstance(values, np.ndarray) and values.dtype.kind == "f" and not np.isfinite(values).all():
            bad = int(np.sum(~np.isfinite(values)))
            raise InputError(
                f"{path}: {bad:,} of {values.size:,} values of its output {number} are NaN or infinite: "
                "its time would be that of a broken model."
            )
    call.threads = threads  # type: ignore[attr-defined]
    return call


def prepared_call(
    path: str | os.PathLike[str], sizes: Mapping[str, int] | None = None, *, seed: int = 0, threads: int = 1
) -> Callable[[], list[Any]]:
    """A call that runs a file on inputs made for it; sizes of dimensions that it doesn't have are passed over.

    Raises:
        InputError: see `inputs_of`, `make_inputs` and `onnx_call`.

    >>> prepared_call("missing.onnx")
    Traceback (most recent call last):
    compresslab.errors.InputError: cannot read missing.onnx: No such file or directory. Export the model first.
    """
    inputs = inputs_of(path)
    own = {name: size for name, size in (sizes or {}).items() if any(name in each.shape for each in inputs)}
    return onnx_call(path, make_inputs(inputs, own, seed=seed), threads=threads)


def require_file(path: str | os.PathLike[str]) -> None:
    """Refuse what is no file: a device would be read for ever.

    Raises:
        InputError: there is nothing, or a folder or a device.

    >>> require_file("missing.onnx")
    Traceback (most recent call last):
    compresslab.errors.InputError: cannot read missing.onnx: No such file or directory. Export the model first.
    """
    if not Path(path).exists():
        raise InputError(f"cannot read {path}: No such file or directory. Export the model first.")
    if not Path(path).is_file():
        raise InputError(f"{path} is no file: name an ONNX file.")


@dataclass(frozen=True)
class Size:
    """What a file takes on disk, its weights in neighbouring files included.

    Attributes:
        size_bytes: as it is.
        gzip_bytes: after gzip at level 9, each file alone: what is left for a download.

    >>> Size(size_bytes=1000, gzip_bytes=800).gzip_bytes
    800
    """

    size_bytes: int
    gzip_bytes: int


def size_of(path: str | os.PathLike[str]) -> Size:
    """Bytes of an ONNX file.

    Raises:
        InputError: it or a file of its weights can't be read, is no ONNX file, or lies outside its folder.

    >>> size_of("missing.onnx")
    Traceback (most recent call last):
    compresslab.errors.InputError: cannot read missing.onnx: No such file or directory.
    """
    path = Path(path)
    try:
        graph = onnx.load(path, load_external_data=False).graph
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}.") from error
    except DecodeError as error:
        raise InputError(f"{path} is not a valid ONNX model: export it again.") from error
    files = {path}
    for tensor in graph.initializer:
        for entry in tensor.external_data:
            if entry.key == "location":
                files.add(_beside(path, entry.value))
    return Size(sum(map(file_bytes, files)), sum(map(gzip_bytes, files)))


def _beside(path: Path, location: str) -> Path:
    found = (path.parent / location).resolve()
    if not found.is_relative_to(path.parent.resolve()):
        raise InputError(f"{path} wants weights from {location}, outside its folder: refused.")
    return found


def _open(path: str | os.PathLike[str], threads: int) -> Any:
    require_file(path)
    return open_session(path, session_options(threads))


def _first_line(error: Exception) -> str:
    """A runtime's message may go on for a page."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:400]
