"""The process in which `peak_memory` measures: nothing is in it but Python, the libraries and one model."""

import ctypes
import gc
import pickle
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import onnx
import psutil
import torch
from torch import nn

from compresslab.benchmark.onnx_files import prepared_call
from compresslab.errors import InputError
from compresslab.files import write_json

_TINY = """<ir_version: 8, opset_import: ["": 17]>
tiny (float[1, 8, 8, 8] x, float[8, 8, 3, 3] w, float[6, 8] m) => (float[1, 8, 6, 8] z) {
  y = Conv(x, w)
  z = MatMul(y, m)
}"""
_STATUS, _CLEAR_REFS = Path("/proc/self/status"), Path("/proc/self/clear_refs")
_RESET_PEAK = "5"  # see proc_pid_clear_refs(5)


def _main(arguments: list[str]) -> None:
    """Measure what the parent sent, and write the answer, or the error, where it looks for it."""
    reply, calls, threads = arguments
    try:
        found = _measure(Path(reply).parent, int(calls), int(threads))
    except InputError as error:
        found = {"input_error": str(error)}
    except Exception as error:  # noqa: BLE001  whatever the model raised is the parent's to tell
        found = {"error": f"{type(error).__name__}: {error}"}
    write_json(reply, found)


def _measure(folder: Path, calls: int, threads: int) -> dict[str, Any]:
    """The fields of `PeakMemory`. What loads the model comes through the pipe: no file is unpickled."""
    torch.set_num_threads(threads)
    _use_libraries(folder)
    _settle()
    baseline = _status("VmRSS") or psutil.Process().memory_info().rss
    load = pickle.load(sys.stdin.buffer)
    call = load()
    call()
    found: dict[str, Any] = {"baseline_bytes": baseline, "loading_bytes": _peak() - baseline, "running_bytes": None}
    del load
    peak_is_set_back = _settle()
    for _ in range(calls):
        result = call()
        del result
    if peak_is_set_back:
        found["running_bytes"] = _peak() - baseline
    found["cuda_bytes"] = torch.cuda.max_memory_allocated() if torch.cuda.is_initialized() else None
    return found


def _use_libraries(folder: Path) -> None:
    """Run a small network in each, so that what they load and allocate once is not taken for a model's."""
    with torch.inference_mode():
        nn.Sequential(nn.Conv2d(8, 8, 3), nn.Linear(6, 8))(torch.zeros(1, 8, 8, 8))
    tiny = folder / "tiny.onnx"
    tiny.write_bytes(onnx.parser.parse_model(_TINY).SerializeToString())
    prepared_call(tiny)()


def _settle() -> bool:
    """Give back what is free, and set the peak back to what is left; False where the system can't do that."""
    gc.collect()
    with suppress(AttributeError, OSError, TypeError):  # only glibc has it
        ctypes.CDLL(None).malloc_trim(0)
    try:
        _CLEAR_REFS.write_text(_RESET_PEAK)
    except OSError:
        return False
    return _status("VmHWM") is not None


def _peak() -> int:
    """Highest resident memory in bytes.

    On Linux not `ru_maxrss`: a new process inherits that from the one that started it.
    """
    peak = _status("VmHWM")
    if peak is not None:
        return peak
    if sys.platform == "win32":
        return int(psutil.Process().memory_info().peak_wset)
    import resource  # Windows has none

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _status(field: str) -> int | None:
    """A line of /proc/self/status, in bytes; None where there is no such file or line."""
    with suppress(OSError):
        for line in _STATUS.read_text().splitlines():
            if line.startswith(f"{field}:"):
                return int(line.split()[1]) * 1024
    return None


if __name__ == "__main__":
    _main(sys.argv[1:])
