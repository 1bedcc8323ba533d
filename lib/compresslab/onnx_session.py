"""ONNX Runtime's session for a file: on the CPU, on so many threads, quiet unless it fails."""

import os

import onnxruntime
from onnxruntime.capi import onnxruntime_pybind11_state as ort

from compresslab.arguments import whole
from compresslab.errors import InputError

_PROVIDERS = ["CPUExecutionProvider"]  # named, so that nothing else is ever fallen back to
_ERRORS_ONLY = 3
RUNTIME_ERRORS: tuple[type[Exception], ...] = tuple(  # they have no class in common but Exception
    kind for kind in vars(ort).values() if isinstance(kind, type) and issubclass(kind, Exception)
)


def session_options(threads: int = 1) -> onnxruntime.SessionOptions:
    """Settings of a session that computes on `threads` threads.

    The runtime's threads spin while they wait for work, which is fast for one session and slow for all others: with
    more than one they are told to sleep, so that two sessions can be compared in one process.

    Raises:
        InputError: `threads` is not a whole number of at least 1.

    >>> session_options(threads=2).intra_op_num_threads
    2
    """
    whole(threads=threads)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = _ERRORS_ONLY
    if threads > 1:
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return options


def open_session(path: str | os.PathLike[str], options: onnxruntime.SessionOptions) -> onnxruntime.InferenceSession:
    """The session of a file.

    Raises:
        InputError: ONNX Runtime cannot run the file, or it is missing.

    >>> open_session("missing.onnx", session_options())
    Traceback (most recent call last):
    compresslab.errors.InputError: cannot read missing.onnx: No such file or directory. Export the model first.
    """
    try:
        return onnxruntime.InferenceSession(os.fspath(path), options, providers=_PROVIDERS)
    except ort.NoSuchFile as error:
        raise InputError(f"cannot read {path}: No such file or directory. Export the model first.") from error
    except RUNTIME_ERRORS as error:
        raise InputError(f"ONNX Runtime cannot run {path}: {error}") from error
