"""Throughput, MLPerf's scenarios and energy on clocks and counters that the test moves."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binom

from compresslab.benchmark import energy, offline, queries_for, single_stream, throughput
from compresslab.benchmark.counters import Energy, _Counter
from compresslab.benchmark.scenarios import bound_rank
from compresslab.errors import InputError

MS = 1_000_000


class Clock:
    """Nanoseconds that pass only in the calls it makes."""

    def __init__(self) -> None:
        self.now = 0

    def __call__(self) -> int:
        return self.now

    def call(self, durations: Callable[[int], int]) -> Callable[[], None]:
        turns = iter(range(10**9))

        def call() -> None:
            self.now += durations(next(turns))

        return call


def test_throughput_is_images_over_the_time_of_a_call(monkeypatch) -> None:
    clock = Clock()
    monkeypatch.setattr("compresslab.benchmark.batch_sizes.interleave", _on(clock))
    found = throughput(lambda size: clock.call(lambda _: (2 + size) * MS), [1, 8, 30], rounds=5)
    assert [each.images_per_second for each in found] == pytest.approx([1e3 / 3, 8e3 / 10, 30e3 / 32])
    assert [each.latency_ms for each in found] == [3, 10, 32]
    assert found[1].interval.low == pytest.approx(800) and found[1].interval.high == pytest.approx(800)


def _on(clock: Clock) -> Callable[..., object]:
    from compresslab.benchmark import interleave

    return lambda calls, **settings: interleave(calls, wall_clock=clock, cpu_clock=clock, **settings)


def test_the_interval_of_a_throughput_holds_it() -> None:
    (found,) = throughput(lambda size: lambda: sum(range(3000 * size)), [2], rounds=20)
    assert found.interval.low <= found.images_per_second <= found.interval.high


@pytest.mark.parametrize(("sizes", "message"), [([], "empty"), ([1, 2, 1], "twice"), ([0], "batch_size=0")])
def test_batch_sizes_that_make_no_sense_are_refused(sizes, message) -> None:
    with pytest.raises(InputError, match=message):
        throughput(lambda size: lambda: None, sizes)


def test_queries_are_as_many_as_mlperf_publishes() -> None:
    # The rules' table of tail latency percentile, at 99% confidence and a margin of a twentieth of the tail.
    assert [queries_for(percentile) for percentile in (90, 95, 99)] == [23_886, 50_425, 262_742]
    assert queries_for(50, confidence=0.95, margin=0.1) == 96  # the pollster's 96.04 at 10 points


@pytest.mark.parametrize("percentile", [50, 90, 97, 99])
@pytest.mark.parametrize("confidence", [0.9, 0.99])
def test_the_bound_is_the_binomial_one(percentile: float, confidence: float) -> None:
    for queries in (1, 2, 10, 64, 100, 459, 1024, 5000):
        rank = int(binom.ppf(confidence, queries, percentile / 100)) + 1
        assert bound_rank(queries, percentile, confidence) == (rank if rank <= queries else None), queries


def test_the_fewest_queries_that_bound_a_percentile_are_those_of_mlperfs_early_stopping() -> None:
    assert bound_rank(459, 99, 0.99) == 459
    assert bound_rank(458, 99, 0.99) is None
    assert bound_rank(64, 90, 0.99) == 63  # LoadGen's least: one query slower than the bound


def test_the_bound_holds_as_often_as_it_says() -> None:
    runs, held = 500, 0
    for run in range(runs):
        clock, taken = Clock(), (MS * np.random.default_rng(run).lognormal(0, 0.5, 200)).astype(int)
        found = single_stream(
            clock.call(lambda i, t=taken: int(t[i])), queries=200, warmup=0, confidence=0.9, wall_clock=clock
        )
        held += found.at_most_ms >= np.exp(0.5 * 1.2816)  # the true 90th percentile
    assert 0.88 * runs <= held <= 0.97 * runs


def test_a_single_stream_reports_the_percentile_that_so_many_queries_kept() -> None:
    clock = Clock()
    call = clock.call(lambda i: ((37 * i) % 100 + 1) * MS)  # 1 to 100 ms, each once
    found = single_stream(call, queries=100, warmup=0, wall_clock=clock)
    assert (found.queries, found.latency_ms, found.seconds) == (100, 90, 5.05)
    assert found.at_most_ms == bound_rank(100, 90, 0.99)
    assert not found.as_mlperf


def test_a_single_stream_goes_on_for_as_long_as_asked() -> None:
    clock = Clock()
    found = single_stream(clock.call(lambda _: 500 * MS), queries=10, seconds=600, warmup=2, wall_clock=clock)
    assert (found.queries, found.seconds, found.as_mlperf) == (1200, 600, True)


def test_too_few_queries_have_no_bound() -> None:
    clock = Clock()
    assert single_stream(clock.call(lambda _: MS), queries=43, warmup=0, wall_clock=clock).at_most_ms is None
    assert single_stream(clock.call(lambda _: MS), queries=44, warmup=0, wall_clock=clock).at_most_ms == 1


def test_offline_counts_all_the_time_and_whole_batches() -> None:
    clock = Clock()
    call = clock.call(lambda i: 900 * MS if i == 3 else 100 * MS)  # one slow batch among ten
    found = offline(call, batch_size=8, samples=75, warmup=0, wall_clock=clock)
    assert (found.samples, found.seconds) == (80, pytest.approx(1.8))
    assert found.samples_per_second == pytest.approx(80 / 1.8)
    assert found.interval.low < found.samples_per_second < found.interval.high == pytest.approx(80)
    assert not found.as_mlperf


@pytest.mark.parametrize(
    ("measure", "settings", "message"),
    [
        (single_stream, {"queries": 0}, "queries=0"),
        (single_stream, {"percentile": 100}, "percentile"),
        (single_stream, {"confidence": 99}, "level=99"),
        (single_stream, {"seconds": -1}, "seconds=-1"),
        (offline, {"batch_size": 0}, "batch_size=0"),
        (offline, {"batch_size": 4, "samples": 0}, "samples=0"),
        (offline, {"batch_size": 4, "warmup": -1}, "warmup=-1"),
        (energy, {"seconds": 0}, "seconds=0"),
        (energy, {"warmup": 0.5}, "warmup=0.5"),
    ],
)
def test_settings_out_of_range_are_refused(measure, settings, message) -> None:
    with pytest.raises(InputError, match=message):
        measure(lambda: None, **settings)


def test_a_scenario_refuses_a_runtime_opened_with_other_threads() -> None:
    def call() -> None: ...

    call.threads = 4
    with pytest.raises(InputError, match="opened with 4 threads"):
        single_stream(call)


class Powercap:
    """Two packages whose counters wrap at 10 J, a zone below one of them, and a zone of the whole system."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.seconds = folder, 0.0
        for zone, name, microjoules in (
            ("intel-rapl:0", "package-0", 9_800_000),
            ("intel-rapl:1", "package-1", 5_000_000),
            ("intel-rapl:0:0", "core", 1_000_000),
            ("intel-rapl:2", "psys", 3_000_000),
            ("intel-rapl-mmio:0", "package-0", 9_800_000),
        ):
            (folder / zone).mkdir()
            (folder / zone / "name").write_text(f"{name}\n")
            (folder / zone / "max_energy_range_uj").write_text("9999999\n")
            (folder / zone / "energy_uj").write_text(f"{microjoules}\n")

    def take(self, joules: float, seconds: float) -> None:
        """So much in each zone."""
        self.seconds += seconds
        for counter in self.folder.glob("*/energy_uj"):
            counter.write_text(f"{(int(counter.read_text()) + round(1e6 * joules)) % 10_000_000}\n")


def test_energy_is_that_of_all_packages_once_and_across_a_wrap(tmp_path) -> None:
    machine = Powercap(tmp_path)
    found = energy(
        lambda: machine.take(joules=0.25, seconds=0.5),
        seconds=2,
        idle_seconds=1,
        warmup=1,
        powercap=tmp_path,
        wall_clock=lambda: machine.seconds,
        sleep=lambda seconds: machine.take(joules=0.1 * seconds, seconds=seconds),
    )
    assert (found.calls, found.seconds, found.reason) == (4, 2, "")
    assert found.joules_per_call == pytest.approx(0.5)
    assert found.idle_watts == pytest.approx(0.2)
    assert found.above_idle_joules_per_call == pytest.approx(0.5 - 0.2 * 0.5)


def test_a_machine_without_a_counter_or_with_a_locked_one_says_so(tmp_path, monkeypatch) -> None:
    nothing = energy(lambda: None, powercap=tmp_path)
    assert nothing == Energy(None, None, 0, 0.0, f"this machine shows no energy counter in {tmp_path}.")
    assert nothing.above_idle_joules_per_call is None

    def refuse(self: _Counter) -> int:
        raise PermissionError

    Powercap(tmp_path)
    monkeypatch.setattr(_Counter, "read", refuse)
    assert "only the administrator may read" in energy(lambda: None, powercap=tmp_path).reason
