"""ONNX Runtime's session for a file: on the stated providers and threads, quiet unless it fails.

ONNX Runtime takes a list of providers as a wish: one that is missing is left out with a warning, and what a provider
can't run goes to the CPU. Both give right answers at the wrong speed, so both are errors here.
"""

import os
from collections.abc import Sequence

import onnxruntime
from onnxruntime.capi import onnxruntime_pybind11_state as ort

from compresslab.arguments import whole
from compresslab.errors import InputError

CPU = "CPUExecutionProvider"
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


def open_session(
    model: str | os.PathLike[str] | bytes,
    options: onnxruntime.SessionOptions,
    *,
    providers: Sequence[str] = (CPU,),
    name: str | os.PathLike[str] = "the model",
) -> onnxruntime.InferenceSession:
    """The session of a file, which runs on `providers` and on nothing else.

    Args:
        model: path of the file, or its bytes.
        options: of `session_options`; for providers other than the CPU, one entry is added.
        providers: in the order of preference. Name the CPU's too where it may take what the first can't run.
        name: of the file in errors, where `model` is bytes.

    Raises:
        InputError: ONNX Runtime cannot run the file, or it is missing, or a provider is.

    >>> open_session("missing.onnx", session_options())
    Traceback (most recent call last):
    compresslab.errors.InputError: cannot read missing.onnx: No such file or directory. Export the model first.
    >>> open_session("model.onnx", session_options(), providers=["MadeUpExecutionProvider"])
    Traceback (most recent call last):
    compresslab.errors.InputError: providers: this ONNX Runtime has no MadeUpExecutionProvider. It has ...
    """
    available = onnxruntime.get_available_providers()
    if not providers or not set(providers) <= set(available):
        absent = ", ".join(name for name in providers if name not in available) or "provider that was named"
        raise InputError(f"providers: this ONNX Runtime has no {absent}. It has {', '.join(available)}.")
    if CPU not in providers:
        options.add_session_config_entry("session.disable_cpu_ep_fallback", "1")
    named = name if isinstance(model, bytes) else model
    try:
        session = onnxruntime.InferenceSession(
            model if isinstance(model, bytes) else os.fspath(model), options, providers=list(providers)
        )
    except ort.NoSuchFile as error:
        raise InputError(f"cannot read {named}: No such file or directory. Export the model first.") from error
    except RUNTIME_ERRORS as error:
        raise InputError(f"ONNX Runtime cannot run {named}: {error}") from error
    if lost := [provider for provider in providers if provider not in session.get_providers()]:
        raise InputError(
            f"ONNX Runtime runs {named} without {', '.join(lost)}: it could not be started on this machine."
        )
    return session
