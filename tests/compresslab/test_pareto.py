"""The frontier against the definition of dominance, tried on every pair."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compresslab.errors import InputError
from compresslab.pareto import frontier

few_values = st.tuples(st.integers(0, 5), st.integers(0, 5))  # many ties
any_values = st.tuples(st.floats(allow_nan=False), st.floats(allow_nan=False))


@given(st.lists(few_values, max_size=12) | st.lists(any_values, max_size=12))
def test_frontier_is_every_point_that_none_dominates(points) -> None:
    def dominated(i: int) -> bool:
        cost, value = points[i]
        return any(c <= cost and v >= value and (c < cost or v > value) for c, v in points)

    found = frontier([cost for cost, _ in points], [value for _, value in points])
    assert set(found) == {i for i in range(len(points)) if not dominated(i)}
    assert found == sorted(found, key=lambda i: (points[i][0], i))


def test_of_equal_cost_the_best_and_of_equal_points_all() -> None:
    assert frontier([2, 1, 1, 1, 3], [0.9, 0.5, 0.8, 0.8, 0.9]) == [2, 3, 0]


def test_frontier_refuses_what_cannot_be_ranked() -> None:
    with pytest.raises(InputError, match="2 costs and 1 values"):
        frontier([1, 2], [1])
    with pytest.raises(InputError, match="point 1"):
        frontier([1, 2], [1, math.nan])
