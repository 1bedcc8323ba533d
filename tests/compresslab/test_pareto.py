"""Frontiers, knees, volumes and choices against definitions that are tried on every pair, and against Optuna."""

import itertools
import math
import time
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from optuna._hypervolume import compute_hypervolume

from compresslab.errors import InputError
from compresslab.evaluation import Interval
from compresslab.pareto import (
    best_within,
    curvature,
    frontier,
    hypervolume,
    knee,
    noise_aware_frontier,
    paired_accuracy,
)

NAMES = ("a", "b", "c", "d")
SIZE_AND_ACCURACY = {"size": "min", "accuracy": "max"}

Points = list[tuple[float, ...]]


@st.composite
def sets(draw, least: int = 2, most: int = 4, size: int = 14) -> tuple[Points, dict[str, str]]:
    """Points, often with ties, and a direction for each objective."""
    objectives = draw(st.integers(least, most))
    value = draw(st.sampled_from([st.integers(0, 4), st.floats(allow_nan=False, width=32)]))
    points = draw(st.lists(st.tuples(*[value] * objectives), min_size=1, max_size=size))
    ways = draw(st.tuples(*[st.sampled_from(["min", "max"])] * objectives))
    return points, dict(zip(NAMES, ways, strict=False))


def columns(points: Points, names: Sequence[str] = NAMES) -> dict[str, list[float]]:
    return dict(zip(names, map(list, zip(*points, strict=True)), strict=False))


def costs(points: Points, directions: dict[str, str]) -> Points:
    return [
        tuple(-v if way == "max" else v for v, way in zip(point, directions.values(), strict=True)) for point in points
    ]


def dominates(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return all(x <= y for x, y in zip(a, b, strict=True)) and a != b


# Frontier


@given(sets(least=1))
def test_the_frontier_is_every_point_that_none_dominates(case) -> None:
    points, directions = case
    found, ranked = frontier(columns(points), directions), costs(points, directions)
    wanted = [i for i, a in enumerate(ranked) if not any(dominates(b, a) for b in ranked)]
    assert found == sorted(wanted, key=lambda i: (ranked[i], i))


def test_of_equal_size_the_best_and_of_equal_points_all() -> None:
    points = {"size": [2, 1, 1, 1, 3], "accuracy": [0.9, 0.5, 0.8, 0.8, 0.9]}
    assert frontier(points, SIZE_AND_ACCURACY) == [2, 3, 0]
    assert frontier(points, {"size": "max", "accuracy": "max"}) == [4]


@pytest.mark.parametrize("levels", [100, 10**9])  # many ties, none
def test_two_objectives_take_no_longer_than_three_sorts(levels: int) -> None:
    """Of 100,000 points; both timed in turn, the fastest of each."""
    random = np.random.default_rng(0)
    x, y = random.integers(0, levels, size=(2, 100_000)).astype(float)
    seconds: dict[str, list[float]] = {"sort": [], "frontier": []}
    calls = {
        "sort": lambda: np.lexsort((y, x)),
        "frontier": lambda: frontier({"a": x, "b": y}, {"a": "min", "b": "min"}),
    }
    for _ in range(7):
        for name, call in calls.items():
            started = time.perf_counter()
            call()
            seconds[name].append(time.perf_counter() - started)
    assert min(seconds["frontier"]) <= 3 * min(seconds["sort"])


@pytest.mark.parametrize(
    ("points", "directions", "said"),
    [
        ({"size": [1, 2], "accuracy": [1]}, SIZE_AND_ACCURACY, "different lengths.*'size': 2, 'accuracy': 1"),
        ({"size": [1, 2], "accuracy": [1, math.nan]}, SIZE_AND_ACCURACY, "accuracy of point 1 is nan"),
        ({"size": [], "accuracy": []}, SIZE_AND_ACCURACY, "no points"),
        ({"size": [1]}, {"size": "down"}, "size='down' is not known: choose from min, max"),
        ({"size": [1]}, SIZE_AND_ACCURACY, "objectives names size, directions size, accuracy"),
        ({"size": [1], "accuracy": [1]}, {"size": "min"}, "name the same objectives"),
        ({"size": [[1]]}, {"size": "min"}, r"shape \(1, 1\)"),
        ({}, {}, "directions is empty"),
    ],
)
def test_what_cannot_be_ranked_is_refused(points, directions, said: str) -> None:
    for function in (frontier, knee, lambda *two: hypervolume(*two, reference=dict.fromkeys(directions, 0.0))):
        with pytest.raises(InputError, match=said):
            function(points, directions)


# Knee


@given(
    st.lists(st.floats(0.1, 1.4), min_size=5, max_size=12, unique=True).filter(
        lambda angles: min(b - a for a, b in itertools.pairwise(sorted(angles))) > 1e-3
    ),
    st.floats(0.1, 50),
)
def test_curvature_of_a_circle_is_one_over_its_radius_wherever_the_points_lie(angles, radius: float) -> None:
    x, y = (radius * np.array([side(angle) for angle in sorted(angles)[::-1]]) for side in (np.cos, np.sin))
    assert np.allclose(curvature(x, -y), 1 / radius, rtol=1e-4)
    assert np.allclose(curvature(x, y), -1 / radius, rtol=1e-4)


def test_curvature_of_a_parabola_is_that_of_the_formula() -> None:
    x = np.cumsum(np.random.default_rng(0).uniform(1e-4, 1e-3, size=500))
    exact = 2 / (1 + (2 * x) ** 2) ** 1.5
    assert np.allclose(curvature(x, x**2), exact[1:-1], rtol=1e-3)


def test_the_knee_of_a_hyperbola_is_in_its_middle_by_both_methods() -> None:
    """y = 1/x from 1/8 to 8: the axes are alike, so the knee is at 1, wherever else there are points."""
    x = np.array([0.125, 0.13, 0.2, 0.25, 0.5, 1, 1.5, 2, 3, 4, 8])
    points = {"cost": x, "loss": 1 / x}
    for method in ("chord", "curvature"):
        assert x[knee(points, {"cost": "min", "loss": "min"}, method=method)] == 1
        turned = {"cost": x, "gain": 5 - 1 / x}
        assert x[knee(turned, {"cost": "min", "gain": "max"}, method=method)] == 1


@given(sets(least=2, most=2), st.sampled_from([1e-3, 7.0]), st.floats(-10, 10))
def test_the_knee_by_the_chord_is_farthest_from_it_in_any_units(case, factor: float, offset: float) -> None:
    points, directions = case
    points = [tuple(float(v) for v in point) for point in points if max(map(abs, point)) < 1e6] or [(0.0, 0.0)]
    ranked = np.array(costs(points, directions))
    on = frontier(columns(points), directions)
    ends = ranked[on[0]], ranked[on[-1]]
    span = np.abs(ends[1] - ends[0])
    if len(np.unique(ranked[on], axis=0)) < 3 or span.min() < 1e-3:
        return
    a, b = ends[0] / span, ends[1] / span
    away = [float(np.linalg.det([b - a, p / span - a])) / math.dist(a, b) for p in ranked[on]]
    best = max(-d for d in away)
    if best < 1e-6:
        return
    chosen = knee(columns(points), directions)
    assert chosen in on and -away[on.index(chosen)] == pytest.approx(best, abs=1e-6)
    rescaled = columns(points)
    rescaled["a"] = [factor * v + offset for v in rescaled["a"]]
    moved = knee(rescaled, directions)
    assert -away[on.index(moved)] == pytest.approx(best, abs=1e-6)


def test_points_off_the_frontier_and_equal_ones_do_not_move_the_knee() -> None:
    points = {"size": [1, 2, 2, 3, 10, 5], "accuracy": [0.5, 0.88, 0.88, 0.9, 0.91, 0.1]}
    assert knee(points, SIZE_AND_ACCURACY) == 1
    assert knee(points, SIZE_AND_ACCURACY, method="curvature") == 1


def test_logarithms_move_the_knee_and_need_positive_values() -> None:
    points = {"size": [1, 10, 100, 1000], "accuracy": [0.1, 0.55, 0.8, 0.91]}
    assert knee(points, SIZE_AND_ACCURACY) == 2
    assert knee(points, SIZE_AND_ACCURACY, log=["size"]) == 1
    with pytest.raises(InputError, match="has no logarithm"):
        knee({**points, "size": [0, 10, 100, 1000]}, SIZE_AND_ACCURACY, log=["size"])
    with pytest.raises(InputError, match="log names 'bytes'"):
        knee(points, SIZE_AND_ACCURACY, log=["bytes"])


@pytest.mark.parametrize("method", ["chord", "curvature"])
def test_where_there_is_no_knee_it_says_so(method: str) -> None:
    def of(size: list[float], accuracy: list[float]) -> int:
        return knee({"size": size, "accuracy": accuracy}, SIZE_AND_ACCURACY, method=method)

    with pytest.raises(InputError, match="2 different points on the frontier"):
        of([1, 1, 2, 3], [0.5, 0.5, 0.9, 0.9])
    with pytest.raises(InputError, match="it has no knee"):
        of([1, 2, 3, 4], [0.1, 0.2, 0.3, 0.4])  # a straight line
    with pytest.raises(InputError, match="it has no knee"):
        of([1, 2, 3], [0.1, 0.2, 0.9])  # bends away
    with pytest.raises(InputError, match="accuracy of point 2 is inf"):
        of([1, 2, 3], [0.1, 0.2, math.inf])
    with pytest.raises(InputError, match="3 objectives"):
        knee({name: [1, 2, 3] for name in "abc"}, dict.fromkeys("abc", "min"), method=method)
    with pytest.raises(InputError, match="method='elbow'"):
        knee({"size": [1], "accuracy": [1]}, SIZE_AND_ACCURACY, method="elbow")


@pytest.mark.parametrize(("x", "y"), [([1, 2], [1, 2]), ([1, 1, 2], [1, 2, 3]), ([1, 2, 3], [1, math.nan, 2])])
def test_curvature_of_what_is_no_curve_is_refused(x, y) -> None:
    with pytest.raises(InputError):
        curvature(x, y)


# Hypervolume


@given(st.data())
def test_hypervolume_is_the_number_of_unit_cells_that_are_dominated(data) -> None:
    objectives = data.draw(st.integers(1, 3))
    points = data.draw(st.lists(st.tuples(*[st.integers(0, 6)] * objectives), min_size=1, max_size=8))
    corner = data.draw(st.tuples(*[st.integers(0, 6)] * objectives))
    cells = itertools.product(*map(range, corner))  # each by its corner nearest the ideal
    wanted = sum(any(all(p <= c for p, c in zip(point, cell, strict=True)) for point in points) for cell in cells)
    names = NAMES[:objectives]
    found = hypervolume(columns(points), dict.fromkeys(names, "min"), reference=dict(zip(names, corner, strict=True)))
    assert found == wanted
    turned = [tuple(-v for v in point) for point in points]
    reference = {name: -v for name, v in zip(names, corner, strict=True)}
    assert hypervolume(columns(turned), dict.fromkeys(names, "max"), reference=reference) == wanted


@pytest.mark.parametrize("objectives", [2, 3])
@pytest.mark.parametrize("seed", range(5))
def test_hypervolume_is_optunas(objectives: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    points = random.random((200, objectives))
    points[:20] = points[20:40]  # ties
    points[40:60, 0] = points[60:80, 0]
    corner = np.full(objectives, 0.9)
    wanted = compute_hypervolume(points[(points < corner).all(axis=1)], corner)
    names = NAMES[:objectives]
    found = hypervolume(
        dict(zip(names, points.T, strict=True)), dict.fromkeys(names, "min"), reference=dict.fromkeys(names, 0.9)
    )
    assert found == pytest.approx(wanted, rel=1e-12)


def test_hypervolume_refuses_what_it_cannot_measure() -> None:
    four = {name: [1.0] for name in NAMES}
    with pytest.raises(InputError, match="4 objectives"):
        hypervolume(four, dict.fromkeys(NAMES, "min"), reference=dict.fromkeys(NAMES, 2.0))
    points = {"size": [1], "accuracy": [1]}
    with pytest.raises(InputError, match="reference names size"):
        hypervolume(points, SIZE_AND_ACCURACY, reference={"size": 2})
    with pytest.raises(InputError, match="it can't be measured"):
        hypervolume(points, SIZE_AND_ACCURACY, reference={"size": math.inf, "accuracy": 0})
    with pytest.raises(InputError, match="size of point 0 is inf"):
        hypervolume({**points, "size": [math.inf]}, SIZE_AND_ACCURACY, reference={"size": 2, "accuracy": 0})


# Choice


@given(sets(), st.data())
def test_the_best_within_limits_is_the_one_that_a_search_finds(case, data) -> None:
    points, directions = case
    names, ranked = list(directions), costs(points, directions)
    best = data.draw(st.sampled_from(names))
    limits = data.draw(st.dictionaries(st.sampled_from(names), st.integers(-1, 5), max_size=len(names)))
    allowed = [
        i
        for i, point in enumerate(points)
        if all(
            point[names.index(n)] >= v if directions[n] == "max" else point[names.index(n)] <= v
            for n, v in limits.items()
        )
    ]
    call = {"best": best, "limits": limits}
    if not allowed:
        with pytest.raises(InputError, match="Loosen a limit"):
            best_within(columns(points), directions, **call)
        return
    order = [names.index(best), *(k for k in range(len(names)) if names[k] != best)]
    wanted = min(allowed, key=lambda i: ([ranked[i][k] for k in order], i))
    found = best_within(columns(points), directions, **call)
    assert found == wanted
    among = [ranked[i] for i in allowed]
    assert not any(dominates(other, ranked[found]) for other in among)


def test_a_limit_out_of_reach_is_refused_with_what_can_be_had() -> None:
    points = {"size": [9, 4, 1], "accuracy": [0.95, 0.94, 0.8], "ms": [3, 2, 1]}
    directions = {**SIZE_AND_ACCURACY, "ms": "min"}

    def choose(best: str = "accuracy", **limits: float) -> int:
        return best_within(points, directions, best=best, limits=limits)

    assert (choose(), choose(size=4), choose(best="size", accuracy=0.9)) == (0, 1, 1)
    with pytest.raises(InputError, match=r"no point has size of at most 0\.5: the least to be had is 1"):
        choose(size=0.5)
    with pytest.raises(InputError, match=r"that keeps the other limits has accuracy of at least 0\.9: .* is 0\.8"):
        choose(best="size", size=2, accuracy=0.9)
    with pytest.raises(InputError, match="limits names 'bytes'"):
        choose(bytes=3)
    with pytest.raises(InputError, match="the limit of size is NaN"):
        choose(size=math.nan)
    with pytest.raises(InputError, match="best='speed' is not known"):
        choose(best="speed")


# Noise


def by_table(values: Sequence[float], width: float):
    """Intervals of a fixed half-width around the difference."""
    return lambda i, j: Interval(values[i] - values[j] - width, values[i] - values[j] + width, 0.95)


@given(sets(least=2, most=2))
def test_without_noise_it_is_the_plain_frontier(case) -> None:
    points, directions = case
    points = [tuple(max(-1e9, min(1e9, v)) for v in point) for point in points]
    table = columns(points)
    found = noise_aware_frontier({"a": table["a"]}, {"b": by_table(table["b"], 0.0)}, directions)
    assert set(found) == set(frontier(table, directions))


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 20)), min_size=1, max_size=12), st.sampled_from([0.5, 2, 7])
)
def test_each_point_is_on_it_or_beaten_by_one_that_is_and_none_of_it_beats_another(points, width: float) -> None:
    size, accuracy = zip(*points, strict=True)
    on = noise_aware_frontier({"size": size}, {"accuracy": by_table(accuracy, width)}, SIZE_AND_ACCURACY)

    def beats(i: int, j: int) -> bool:
        gain = accuracy[i] - accuracy[j]
        return size[i] <= size[j] and gain >= -width and (size[i] < size[j] or gain > width)

    for i in range(len(points)):
        assert any(beats(j, i) for j in on) != (i in on)
    assert [size[i] for i in on] == sorted(size[i] for i in on)


def test_many_losses_too_small_to_be_seen_do_not_add_up() -> None:
    """0.3 points each, seen from 0.5 on: were the dropped allowed to drop others, only the smallest would be left."""
    accuracy = [90 + 0.3 * k for k in range(10)]
    on = noise_aware_frontier({"size": range(1, 11)}, {"accuracy": by_table(accuracy, 0.5)}, SIZE_AND_ACCURACY)
    assert on == [0, 2, 4, 6, 8]


def test_pairs_of_images_show_what_single_accuracies_hide() -> None:
    """Both are right on 90% and 88% of the same images; unpaired, the intervals of 500 images overlap widely."""
    right = np.arange(500) >= np.array([[50], [60], [50]])
    right[2] = np.arange(500) < 450  # as accurate as the first, on other images
    difference = paired_accuracy(right)
    assert difference(0, 1).low > 0 and 0 in difference(0, 2)
    on = noise_aware_frontier({"size": [9, 4, 1]}, {"accuracy": difference}, SIZE_AND_ACCURACY)
    assert on == [2]
    grouped = paired_accuracy(right, groups=np.arange(500) // 50)  # the ten images that differ share a source
    assert 0 in grouped(0, 1)


def test_noise_aware_refuses_unclear_cases() -> None:
    certain = by_table([1, 2, 3], 0)
    with pytest.raises(InputError, match="'size' is both exact and measured"):
        noise_aware_frontier({"size": [1, 2, 3]}, {"size": certain}, {"size": "min"})
    with pytest.raises(InputError, match="'accuracy' has no direction"):
        noise_aware_frontier({"size": [1, 2, 3]}, {"accuracy": certain}, {"size": "min"})
    with pytest.raises(InputError, match="exact is empty"):
        noise_aware_frontier({}, {"accuracy": certain}, {"accuracy": "max"})
    with pytest.raises(InputError, match="no points"):
        noise_aware_frontier({"size": []}, {"accuracy": certain}, SIZE_AND_ACCURACY)
    with pytest.raises(InputError, match=r"expected \(models, samples\)"):
        paired_accuracy([True, False])

    def circle(i: int, j: int) -> Interval:
        low = 1.0 if (i - j) % 3 == 1 else -3.0
        return Interval(low, low + 2, 0.95)

    with pytest.raises(InputError, match="in a circle"):
        noise_aware_frontier({"size": [1, 1, 1]}, {"accuracy": circle}, SIZE_AND_ACCURACY)
