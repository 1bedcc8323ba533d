"""The charts of structured pruning and their explorer, read back from matplotlib and from their descriptions."""

import pytest
import torch
from matplotlib.patches import Rectangle

from compresslab.benchmark import Ratio
from compresslab.cost import mac_count, parameter_count
from compresslab.errors import InputError
from compresslab.evaluation import Interval
from compresslab.explorers import channels_chart, channels_explorer
from compresslab.models import resnet18
from compresslab.plots import LayerSize, Saving, cut_chart, network_chart, saving_chart, steps_chart
from compresslab.pruning.structured import dependency_graph, prune_structured

SLIDERS = {"sums of stage 1": ["conv1"], "inside": ["layer1.0.conv1", "layer2.0.conv1"]}
EXAMPLE = torch.zeros(1, 1, 8, 8)


def saving(name: str, kind: str, fewer: float, faster: float) -> Saving:
    return Saving(name, kind, fewer, Ratio(name, "uncut", faster, Interval(0.9 * faster, 1.2 * faster, 0.95), 40))


def test_a_cut_shows_each_row_and_column_that_goes() -> None:
    weights = {"one": torch.randn(8, 3, 3, 3), "two": torch.randn(6, 8)}
    chart = cut_chart(weights, rows={"one": [1, 4]}, columns={"two": [1, 4, 5]})
    one, two = chart.figure.axes[:2]
    hatched = [[patch for patch in axis.patches if isinstance(patch, Rectangle)] for axis in (one, two)]
    assert [(patch.get_y(), patch.get_width()) for patch in hatched[0]] == [(0.5, 3), (3.5, 3)]
    assert [(patch.get_x(), patch.get_height()) for patch in hatched[1]] == [(0.5, 6), (3.5, 6), (4.5, 6)]
    assert one.images[0].get_array().shape == (8, 3)
    assert torch.allclose(torch.as_tensor(one.images[0].get_array()[2, 1]), weights["one"][2, 1].norm())
    assert "one (8, 3, 3, 3) loses outputs 1, 4" in chart.alt and "two (6, 8) loses inputs 1, 4, 5" in chart.alt
    with pytest.raises(InputError, match="weights is empty"):
        cut_chart({}, rows={}, columns={})


def test_savings_are_where_they_were_measured_and_the_promise_is_the_diagonal() -> None:
    savings = [saving("half", "removed", 4.0, 1.8), saving("third", "removed", 2.0, 1.4), saving("mask", "zeros", 1, 1)]
    chart = saving_chart(savings, data="digits", machine="a CPU, 1 thread", join=True)
    (axis,) = chart.figure.axes
    removed, zeros = (container.lines[0] for container in axis.containers)
    assert removed.get_xydata().tolist() == [[2.0, 1.4], [4.0, 1.8]]  # joined in the order of their MACs
    assert zeros.get_xydata().tolist() == [[1.0, 1.0]]
    promise = next(line for line in axis.lines if line.get_label() == "as fast as the MACs promise")
    assert promise.get_xdata().tolist() == promise.get_ydata().tolist()
    assert "MACs" in axis.get_xlabel() and "as fast" in axis.get_ylabel()
    assert {"half", "third", "mask"} <= {text.get_text() for text in axis.texts}
    assert "removed, half: 4.00 and 1.80" in chart.alt and "a CPU" in chart.alt
    with pytest.raises(InputError, match="savings is empty"):
        saving_chart([], data="digits", machine="a CPU")


def test_a_network_is_drawn_in_blocks_with_letters_for_its_groups() -> None:
    layers = [LayerSize("stem", "a", 16, 8), LayerSize("inside", "b", 32, 32), LayerSize("end", "a", 16, 8)]
    chart = network_chart(layers, title="a network", costs={"MACs": (200.0, 50.0)})
    blocks, bars = chart.figure.axes
    before, after = blocks.patches[:3], sorted(blocks.patches[3:], key=lambda patch: patch.get_x())
    assert [patch.get_height() for patch in before] == [16, 32, 16]
    assert [patch.get_height() for patch in after] == [8, 32, 8]
    assert after[0].get_facecolor() == after[2].get_facecolor() != after[1].get_facecolor()
    assert [label.get_text() for label in blocks.get_xticklabels()] == ["A  stem", "B  inside", "A  end"]
    assert [patch.get_width() for patch in bars.patches] == [100, 25]
    assert "MACs 25% left" in chart.alt and "stem 8 of 16 (A)" in chart.alt
    with pytest.raises(InputError, match="at least one of each"):
        network_chart([], title="nothing", costs={"MACs": (1.0, 1.0)})


def test_steps_mark_the_multiples() -> None:
    counts = list(range(30, 50))
    chart = steps_chart(
        counts, [0.1 * (1 + count // 8) for count in counts], multiple=8, data="a layer", machine="a CPU"
    )
    (axis,) = chart.figure.axes
    marked = next(line for line in axis.lines if line.get_label() == "a multiple of 8")
    assert marked.get_xdata().tolist() == [32, 40, 48]
    assert "(ms)" in axis.get_ylabel() and "32: 0.5 ms" in chart.alt
    with pytest.raises(InputError, match="2 counts and 1 times"):
        steps_chart([1, 2], [0.1], multiple=8, data="a layer", machine="a CPU")


def test_the_explorer_draws_what_pruning_leaves() -> None:
    torch.manual_seed(0)
    model = resnet18(width=16, channels=1)
    draw = channels_chart(model, EXAMPLE, SLIDERS, graph=dependency_graph(model, EXAMPLE))
    chart = draw(**{"sums of stage 1": 0.25, "inside": 0.5})
    ratio = {"conv1": 0.25, "layer1.0.conv1": 0.5, "layer2.0.conv1": 0.5}
    smaller = prune_structured(model, EXAMPLE, ratio=ratio)
    for name, count in (("MACs", lambda m: mac_count(m, EXAMPLE.shape)), ("parameters", parameter_count)):
        assert f"{name} {count(smaller) / count(model):.0%} left" in chart.alt
    assert "layer1.1.conv2 12 of 16 (A)" in chart.alt  # with the stem, as their outputs are added
    assert "layer4.0.conv1 128 of 128" in chart.alt
    assert "layer1.1.conv2 16 of 16 (A)" in draw(**{"sums of stage 1": 0.25, "inside": 0.0}, round_to=8).alt
    with pytest.raises(InputError, match="'outside' is no slider"):
        draw(outside=0.5)
    with pytest.raises(InputError, match="'nowhere'"):
        channels_chart(model, EXAMPLE, {"lost": ["nowhere"]})


def test_the_explorer_has_a_slider_for_each_name() -> None:
    box = channels_explorer(resnet18(width=8, channels=1), EXAMPLE, SLIDERS)
    *controls, picture = box.children
    assert [control.description for control in controls] == [*SLIDERS, "multiple of"]
    before = picture.value
    controls[0].value = 0.9
    assert picture.value != before and "conv1 1 of 8" in picture.value
