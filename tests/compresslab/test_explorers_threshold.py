"""The threshold explorer: what goes is what lies below, and the slider redraws."""

import numpy as np
import pytest
import torch

from compresslab.errors import InputError
from compresslab.explorers import threshold_chart, threshold_explorer

WEIGHT = torch.tensor([[0.5, -0.1, 0.0], [-0.2, 0.3, 0.05]])


def test_what_lies_below_the_threshold_goes() -> None:
    chart = threshold_chart(WEIGHT, 0.2)
    histogram, picture = chart.figure.axes
    assert np.asarray(picture.images[0].get_array()).tolist() == [[1, 0, 0], [1, 1, 0]]
    stay, go = histogram.patches
    assert (stay.get_data().values.sum(), go.get_data().values.sum()) == (3, 3)
    assert "50.0% of 6 weights" in chart.alt and "2 of 2 outputs" in chart.alt


def test_both_ends_of_the_threshold() -> None:
    assert " 0.0% of 6 weights" in threshold_chart(WEIGHT, 0.0).alt
    everything = threshold_chart(WEIGHT, 0.6).alt
    assert "100.0% of 6 weights" in everything and "0 of 2 outputs" in everything


def test_a_large_weight_is_shown_in_its_corner_and_counted_whole() -> None:
    chart = threshold_chart(torch.ones(200, 300), 0.5)
    assert chart.figure.axes[1].images[0].get_array().shape == (96, 256)
    assert "of 200" in chart.figure.axes[1].get_ylabel() and "60,000" in chart.alt


def test_the_slider_goes_from_nothing_to_everything_and_redraws() -> None:
    box = threshold_explorer(WEIGHT)
    slider, picture = box.children
    before = picture.value
    slider.value = slider.max
    assert picture.value != before and "100.0% of 6 weights" in picture.value
    slider.value = slider.min
    assert " 0.0% of 6 weights" in picture.value


def test_what_is_no_matrix_or_no_magnitude_is_refused() -> None:
    for weight, threshold in ((torch.ones(3), 0.1), (torch.ones(0, 3), 0.1), (WEIGHT, -0.1), (WEIGHT, float("nan"))):
        with pytest.raises(InputError):
            threshold_chart(weight, threshold)
