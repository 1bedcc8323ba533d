"""The benchmark on a clock that the test moves: every duration is known, none depends on the machine."""

import gc
import json
import math
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from compresslab.benchmark import (
    BUSY,
    Benchmark,
    Ratio,
    Timing,
    UntilSteady,
    inference_call,
    interleave,
    torch_threads,
)
from compresslab.errors import InputError
from compresslab.evaluation import Interval
from compresslab.hardware import machine


class FakeClock:
    """Nanoseconds that pass only when told."""

    def __init__(self) -> None:
        self.now = 0

    def __call__(self) -> int:
        return self.now

    def sleeper(self, durations: Callable[[int], int]) -> Callable[[], None]:
        """A call that takes `durations(i)` ns the i-th time, from 0."""
        calls = iter(range(10**9))

        def call() -> None:
            self.now += durations(next(calls))

        return call


def timed(rounds: int, *, warmup: int = 0, seed: int = 0, **durations: Callable[[int], int]) -> Benchmark:
    clock = FakeClock()
    variants = {name: clock.sleeper(of) for name, of in durations.items()}
    return interleave(variants, rounds=rounds, warmup=warmup, seed=seed, wall_clock=clock, cpu_clock=clock)


def test_percentiles_and_throughput_are_exact() -> None:
    clock = FakeClock()
    call = clock.sleeper(lambda i: (1 + (37 * i) % 101) * 1_000_000)  # 1 to 101 ms, each once, mixed up
    result = interleave({"a": call}, rounds=101, warmup=0, images_per_call=8, wall_clock=clock, cpu_clock=clock)
    timing = result.timings["a"]
    assert [timing.latency_ms(p) for p in (0, 50, 95, 99, 100)] == pytest.approx([1, 51, 96, 100, 101])
    assert timing.images_per_second == pytest.approx(8 / 0.051)


def test_warm_up_is_not_counted() -> None:
    result = timed(5, warmup=3, a=lambda i: 999 if i < 3 else 7)
    assert result.timings["a"].wall_ns == (7,) * 5


def test_each_round_calls_each_variant_once_in_an_order_of_its_own() -> None:
    def orders(seed: int) -> list[tuple[str, ...]]:
        called: list[str] = []
        variants = {name: lambda name=name: called.append(name) for name in "abcd"}
        interleave(variants, rounds=30, warmup=2, seed=seed)
        return [tuple(called[i : i + 4]) for i in range(0, len(called), 4)]

    first = orders(0)
    assert len(first) == 32
    assert all(sorted(order) == list("abcd") for order in first)
    assert len(set(first)) > 10
    assert first == orders(0) != orders(1)


def test_wall_and_cpu_time_are_told_apart() -> None:
    wall, cpu = FakeClock(), FakeClock()

    def waits() -> None:
        wall.now += 50
        cpu.now += 10

    def works() -> None:
        wall.now += 20
        cpu.now += 40

    result = interleave({"waits": waits, "works": works}, rounds=4, wall_clock=wall, cpu_clock=cpu)
    assert result.timings["waits"].wall_ns == (50,) * 4
    assert result.timings["waits"].cpu_ns == (10,) * 4
    assert result.ratio("works", "waits").value == 2.5
    assert result.ratio("works", "waits", clock="cpu").value == 0.25


def test_ratio_is_immune_to_a_machine_that_slows_down() -> None:
    result = timed(50, fast=lambda i: 100 + 20 * i, slow=lambda i: 2 * (100 + 20 * i))
    ratio = result.ratio("fast", "slow")
    assert (ratio.value, ratio.interval.low, ratio.interval.high) == (2, 2, 2)
    assert ratio.rounds == 50
    assert result.ratio("slow", "fast").value == 0.5


def test_ratio_to_itself_is_one() -> None:
    ratio = timed(10, a=lambda i: 5 + i).ratio("a", "a")
    assert (ratio.value, ratio.interval.low, ratio.interval.high) == (1, 1, 1)


def test_a_variant_against_itself_covers_one_as_often_as_the_interval_says() -> None:
    runs, covered, found = 400, 0, 0
    measured = timed(2, a=lambda _: 1)
    for run in range(runs):
        noise = (1e6 * np.random.default_rng(run).lognormal(0, 0.1, (3, 60))).astype(int)
        durations = {"a": noise[0], "again": noise[1], "slower": 2 * noise[2]}
        timings = {name: Timing(tuple(ns.tolist()), tuple(ns.tolist()), None) for name, ns in durations.items()}
        result = replace(measured, timings=timings, rounds=60, seed=run)
        covered += 1 in result.ratio("again", "a", resamples=500).interval
        found += 1 not in result.ratio("slower", "a", resamples=500).interval
    assert covered in range(int(0.90 * runs), int(0.995 * runs))
    assert found == runs


def test_freeing_a_result_is_not_timed() -> None:
    clock = FakeClock()

    class Slow:
        def __del__(self) -> None:
            clock.now += 1000

    def call() -> Slow:
        clock.now += 1
        return Slow()

    result = interleave({"a": call, "b": call}, rounds=5, wall_clock=clock, cpu_clock=clock)
    assert result.timings["a"].wall_ns == result.timings["b"].wall_ns == (1,) * 5


def test_garbage_collection_and_threads_are_set_and_put_back_even_after_an_error() -> None:
    before = torch.get_num_threads()
    seen = []

    def looks() -> None:
        seen.append((gc.isenabled(), torch.get_num_threads()))

    interleave({"a": looks}, rounds=2, warmup=0, threads=before + 1)
    assert seen == [(False, before + 1)] * 2
    with pytest.raises(ZeroDivisionError):
        interleave({"a": lambda: 1 / 0}, threads=before + 1)
    assert gc.isenabled()
    assert torch.get_num_threads() == before


def test_garbage_collection_stays_off_where_it_was_off() -> None:
    gc.disable()
    try:
        interleave({"a": lambda: None}, rounds=2)
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_torch_threads_refuses_zero() -> None:
    with pytest.raises(InputError, match="threads=0"), torch_threads(0):
        pass


def test_real_clocks_measure_real_work_and_the_result_is_json() -> None:
    model = nn.Linear(64, 64).eval()
    call = inference_call(model, torch.randn(32, 64))
    result = interleave({"a": call}, rounds=3, images_per_call=32, data="noise")
    assert all(ns > 0 for ns in result.timings["a"].wall_ns)
    read = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    assert read["data"] == "noise"
    assert read["machine"]["threads"] == 1
    assert read["timings"]["a"]["wall_ns"] == list(result.timings["a"].wall_ns)
    assert read["timings"]["a"]["latency_ms_p50"] == result.timings["a"].latency_ms(50)


class Gpu:
    """Kernels take 1000 ns after a launch of 1 ns, and a clock and `synchronize` that know of it: no GPU needed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
        self.clock, self.idle_at, self.waited_for = FakeClock(), 0, []
        synchronize = self.wait if kind == "cuda" else lambda: self.wait("mps")
        monkeypatch.setattr(getattr(torch, kind), "synchronize", synchronize)

    def launch(self, *_: object) -> str:
        self.clock.now += 1
        self.idle_at = max(self.idle_at, self.clock.now) + 1000
        return "an answer still being computed"

    def wait(self, device: torch.device | str) -> None:
        self.clock.now = max(self.clock.now, self.idle_at)
        self.waited_for.append(str(device))


@pytest.mark.parametrize(("device", "kind"), [("cuda:1", "cuda"), ("mps", "mps")])
@pytest.mark.parametrize("on", ["images", "weights"])
def test_a_call_on_a_gpu_is_timed_to_the_end_of_its_kernels(device: str, kind: str, on: str, monkeypatch) -> None:
    gpu = Gpu(monkeypatch, kind)

    class Model(nn.Module):
        def forward(self, images: object) -> str:
            return gpu.launch(images)

        def parameters(self, recurse: bool = True) -> list:
            return [SimpleNamespace(device=torch.device(device if on == "weights" else "cpu"))]

    images = SimpleNamespace(device=torch.device(device if on == "images" else "cpu"))
    variants = {"module": inference_call(Model().eval(), images)}
    if on == "images":
        variants["callable"] = inference_call(gpu.launch, images)
    result = interleave(variants, rounds=4, warmup=0, wall_clock=gpu.clock, cpu_clock=gpu.clock)
    assert {timing.wall_ns for timing in result.timings.values()} == {(1001,) * 4}
    assert set(gpu.waited_for) == {device}


def test_inference_call_builds_no_graph() -> None:
    output = inference_call(nn.Linear(4, 4).eval(), torch.randn(2, 4))()
    assert not output.requires_grad


@pytest.mark.parametrize(
    "result",
    [torch.tensor([1.0, math.nan]), (torch.ones(2), [torch.tensor(math.inf)]), {"logits": torch.tensor([-math.inf])}],
    ids=["NaN", "infinity in a list", "in a dict"],
)
def test_inference_call_refuses_what_is_not_finite(result) -> None:
    call = inference_call(lambda _: result, torch.ones(1))
    with pytest.raises(InputError, match=r"1 of . values of the model's output are NaN or infinite"):
        interleave({"broken": call}, rounds=2)


def test_inference_call_looks_at_the_first_result_alone() -> None:
    results = iter([torch.ones(2), torch.full((2,), math.nan)])  # checking all would be timed too
    call = inference_call(lambda _: next(results), torch.ones(1))
    assert call().isfinite().all() and call().isnan().all()
    assert inference_call(lambda _: torch.arange(3), torch.ones(1))().tolist() == [0, 1, 2]


def test_inference_call_refuses_a_model_in_training() -> None:
    with pytest.raises(InputError, match=r"model\.eval\(\)"):
        inference_call(nn.BatchNorm1d(4), torch.randn(2, 4))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"variants": {}}, "variants is empty"),
        ({"rounds": 1}, "rounds=1"),
        ({"rounds": 2.5}, "rounds=2.5"),
        ({"warmup": -1}, "warmup=-1"),
        ({"warmup": float("nan")}, "warmup=nan"),
        ({"seed": -1}, "seed=-1"),
        ({"images_per_call": 0}, "images_per_call=0"),
        ({"threads": 0}, "threads=0"),
    ],
)
def test_settings_out_of_range_are_refused(settings, message) -> None:
    with pytest.raises(InputError, match=message):
        interleave(**({"variants": {"a": lambda: None}} | settings))


def test_ratio_of_an_unknown_variant_names_those_there_are() -> None:
    with pytest.raises(InputError, match=r"no variant 'c'.*a, b"):
        timed(2, a=lambda _: 1, b=lambda _: 1).ratio("c", "a")


def test_ratio_refuses_a_level_in_per_cent() -> None:
    with pytest.raises(InputError, match="level=95"):
        timed(2, a=lambda _: 1).ratio("a", "a", level=95)


@pytest.mark.parametrize("percentile", [-1, 101, float("nan")])
def test_a_percentile_out_of_range_is_refused(percentile: float) -> None:
    with pytest.raises(InputError, match=f"percentile={percentile}"):
        Timing((1, 2), (1, 2), None).latency_ms(percentile)


def test_ratio_of_calls_too_short_for_the_clock_is_refused() -> None:
    with pytest.raises(InputError, match="too short"):
        timed(2, a=lambda _: 0, b=lambda _: 1).ratio("b", "a")


def test_a_busy_machine_and_a_control_that_is_not_one_are_doubted() -> None:
    calm = {name: Timing((10_000, 11_000, 12_000), (10_000, 11_000, 12_000), 1) for name in ("dense", "again")}
    settings = {"rounds": 3, "warmup": 0, "images_per_call": 1, "seed": 0, "data": None, "machine": machine()}
    assert Benchmark(calm, **settings).doubt("again", "dense") == ""

    waiting = calm | {"dense": Timing((30_000, 31_000, 32_000), (10_000, 11_000, 12_000), 1)}
    said = Benchmark(waiting, **settings).doubt("again", "dense")
    assert said.startswith(BUSY)
    assert "again and dense are the same, and yet 2.82 [2.67, 3.00] was measured" in said
    assert Benchmark(waiting, **settings).doubt() == BUSY


@pytest.mark.parametrize(
    ("control", "least"), [((0.99, 1.01), 1 / 0.99), ((0.9, 0.95), 1 / 0.9), ((1.02, 1.1), 1.1)], ids=str
)
def test_a_speed_counts_from_where_the_control_differs_from_1_either_way(
    control: tuple[float, float], least: float
) -> None:
    again = Ratio("again", "dense", 1.0, Interval(*control, 0.95), rounds=9)
    for low, holds in ((1.0, False), (least * 0.999, False), (least * 1.001, True)):
        assert Ratio("int8", "dense", low + 0.1, Interval(low, low + 0.2, 0.95), rounds=9).exceeds(again) == holds


@pytest.mark.parametrize(
    ("low", "high", "margin", "differs"),
    [
        (1.021, 1.2, 0.02, True),
        (1.02, 1.2, 0.02, False),
        (0.9, 0.98, 0.02, True),
        (0.9, 0.981, 0.02, False),
        (0.9, 1.1, 0.02, False),
        (1.001, 1.2, 0.0, True),
    ],
)
def test_speeds_differ_when_the_whole_interval_lies_beyond_the_margin(low, high, margin, differs) -> None:
    assert Ratio("a", "b", (low + high) / 2, Interval(low, high, 0.99), rounds=9).differs(margin) == differs


def test_a_margin_below_zero_is_refused() -> None:
    with pytest.raises(InputError, match=r"margin=-0\.1"):
        Ratio("a", "b", 1.0, Interval(0.9, 1.1, 0.99), rounds=9).differs(-0.1)


def test_the_interval_of_a_percentile_covers_the_true_one() -> None:
    runs, true = 300, {50: 1.0, 95: np.exp(0.3 * 1.6449)}  # of a log-normal law with median 1 ms
    covered = dict.fromkeys(true, 0)
    for run in range(runs):
        wall = tuple((1e6 * np.random.default_rng(run).lognormal(0, 0.3, 200)).astype(int).tolist())
        for percentile, value in true.items():
            covered[percentile] += value in Timing(wall, wall, None).latency_interval(percentile, resamples=300)
    for percentile, count in covered.items():
        assert 0.89 * runs <= count <= 0.99 * runs, percentile


def test_drift_is_how_much_longer_the_second_half_took() -> None:
    assert Timing((100, 100, 100, 120, 120, 120), (1,) * 6, None).drift == pytest.approx(0.2)
    assert Timing((100, 102, 98, 102, 98, 100), (1,) * 6, None).drift == 0


def test_warm_up_ends_when_all_variants_are_steady() -> None:
    rule = UntilSteady(window=4, tolerance=0.05, limit=100)
    falling = timed(5, warmup=rule, quick=lambda i: 100, slow=lambda i: 100 + max(0, 900 - 50 * i))
    # `slow` takes 150 in round 18 and 100 from then on. The median of rounds 17 to 20 is 125, and of those from 18 on
    # 100: the first two windows that agree are rounds 18 to 21 and 22 to 25.
    assert falling.unsteady == ()
    assert falling.warmup == 25
    assert falling.timings["slow"].wall_ns == (100,) * 5
    assert falling.doubt() == ""


def test_a_variant_that_never_gets_steady_is_named() -> None:
    rule = UntilSteady(window=3, limit=20)
    result = timed(5, warmup=rule, calm=lambda i: 100, restless=lambda i: 100 + 10 * i)
    assert (result.warmup, result.unsteady) == (20, ("restless",))
    assert "restless did not get steady in 20 calls" in result.doubt()
    assert result.to_dict()["unsteady"] == ["restless"]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"window": 1}, "window=1"),
        ({"tolerance": 0.0}, "tolerance=0.0"),
        ({"tolerance": 5}, "tolerance=5"),
        ({"window": 10, "limit": 19}, "limit=19"),
    ],
)
def test_a_rule_that_cannot_hold_is_refused(settings, message) -> None:
    with pytest.raises(InputError, match=message):
        UntilSteady(**settings)


def test_a_call_that_fails_says_which_and_when_and_keeps_nothing() -> None:
    calls = iter(range(100))

    def breaks() -> None:
        if next(calls) == 7:
            raise ZeroDivisionError("in the middle")

    with pytest.raises(ZeroDivisionError, match="in the middle") as raised:
        interleave({"sound": lambda: None, "breaks": breaks}, rounds=10, warmup=3)
    assert raised.value.__notes__ == ["'breaks' failed in round 5 of 10: nothing of this benchmark was kept."]


def test_a_runtime_opened_with_other_threads_is_refused() -> None:
    def call() -> None: ...

    call.threads = 2
    interleave({"a": call}, rounds=2, threads=2)
    with pytest.raises(InputError, match="'a' was opened with 2 threads and is to be timed with 1"):
        interleave({"a": call}, rounds=2)
    model = SimpleNamespace(threads=2)
    assert inference_call(type("Model", (), {"threads": 2, "__call__": lambda *_: model})(), torch.ones(1)).threads == 2
