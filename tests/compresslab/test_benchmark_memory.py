"""Peak memory in a process of its own, against sizes that are known."""

import io
import os
import pickle
import sys
import time
from functools import partial

import numpy as np
import pytest
import torch
from torch import nn

from compresslab.benchmark import inference_call, memory_child, peak_memory
from compresslab.errors import InputError

MB = 10**6


def test_an_array_of_known_size_is_found_whatever_this_process_holds() -> None:
    held = np.ones(25 * MB)  # 200 MB here; a child's ru_maxrss would begin with them
    found = peak_memory(partial(partial, np.ones, 5 * MB))
    assert held.nbytes == 200 * MB
    assert found.loading_bytes == pytest.approx(40 * MB, abs=2 * MB)
    if found.running_bytes is not None:  # where the mark can be set back
        assert found.running_bytes == pytest.approx(40 * MB, abs=2 * MB)
    assert found.needed_bytes == max(found.loading_bytes, found.running_bytes or 0)
    assert found.cuda_bytes is None
    assert found.baseline_bytes > 100 * MB


def test_of_a_network_the_weights_and_its_activations_count() -> None:
    layer, rows = nn.Linear(2048, 4096, bias=False).eval(), torch.zeros(2048, 2048)
    weights, activations = 4 * 2048 * 4096, 4 * 2048 * (2048 + 4096)
    found = peak_memory(partial(inference_call, layer, rows))
    assert weights + activations <= found.needed_bytes
    if found.running_bytes is not None:  # a matrix product needs some room of its own
        assert weights + activations <= found.running_bytes <= 1.15 * (weights + activations)


@pytest.mark.parametrize(
    ("load", "message"),
    [
        (lambda: None, "can't be sent"),
        (partial(int, "x"), r"failed in a process of its own: ValueError: .*'x'"),
        (partial(inference_call, nn.Linear(1, 1), torch.zeros(1)), "model.eval"),
        (partial(os.abort), "SIGABRT"),
        (partial(os._exit, 3), "exit status 3"),
    ],
    ids=["a lambda", "an error", "in training", "a crash", "an exit"],
)
def test_what_cannot_be_measured_is_told(load, message) -> None:
    with pytest.raises(InputError, match=message):
        peak_memory(load)


def test_what_is_defined_in_a_notebook_is_refused_with_the_remedy(monkeypatch) -> None:
    def load() -> None: ...

    load.__module__, load.__qualname__ = "__main__", "load"
    monkeypatch.setattr(sys.modules["__main__"], "load", load, raising=False)
    with pytest.raises(InputError, match=r"of this notebook or script\. Give a function of a module"):
        peak_memory(load)


def test_a_model_that_takes_too_long_is_ended() -> None:
    with pytest.raises(InputError, match=r"within 0\.2 s"):
        peak_memory(partial(time.sleep, 10_000), timeout_seconds=0.2)


@pytest.mark.parametrize("settings", [{"calls": 0}, {"threads": 0}, {"timeout_seconds": 0}])
def test_settings_out_of_range_are_refused(settings) -> None:
    with pytest.raises(InputError, match="=0"):
        peak_memory(partial(int), **settings)


def test_where_the_mark_cannot_be_set_back_running_is_not_told_apart(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(memory_child, "_CLEAR_REFS", tmp_path / "none" / "clear_refs")
    monkeypatch.setattr(memory_child, "_STATUS", tmp_path / "none" / "status")
    sent = io.TextIOWrapper(io.BytesIO(pickle.dumps(partial(partial, np.ones, MB))))
    monkeypatch.setattr("sys.stdin", sent)
    threads = torch.get_num_threads()
    found = memory_child._measure(tmp_path, calls=1, threads=threads)
    assert found["running_bytes"] is None
    assert found["baseline_bytes"] > 0
