"""Peak activation memory: by hand on small graphs, and against PyTorch's allocator on networks."""

from functools import partial

import pytest
import torch
from torch import nn

from compresslab.activations import Step, activation_peak, activation_steps, allocated_peak, peak_of
from compresslab.errors import InputError
from compresslab.models import mlp, resnet18, small_cnn, tiny_vit

SIZES = {"a": 7, "b": 5, "c": 11, "d": 2}


def steps(*edges: tuple[str, str]) -> list[Step]:
    return [Step(name, SIZES[name], tuple(reads)) for name, reads in edges]


@pytest.mark.parametrize(
    ("graph", "peak", "at"),
    [
        (steps(("a", "")), 7, "a"),
        (steps(("a", ""), ("b", "a"), ("c", "b"), ("d", "c")), 16, "c"),  # b and c
        (steps(("a", ""), ("b", "a"), ("c", "b"), ("d", "ac")), 23, "c"),  # a is kept
        (steps(("a", ""), ("b", ""), ("c", "b"), ("d", "c")), 16, "c"),  # nobody reads a: it is freed at once
        (steps(("a", ""), ("b", "a"), ("c", ""), ("d", "")), 12, "b"),
    ],
    ids=["one", "a chain", "a residual connection", "an unused output", "several"],
)
def test_an_output_is_held_until_its_last_reader_has_run(graph, peak, at) -> None:
    found = activation_peak(graph)
    assert (found.peak_bytes, found.at) == (peak, at)
    assert sum(found.held.values()) == peak


def test_the_result_stays() -> None:
    assert activation_peak([Step("a", 4), Step("b", 6, ("a",))]).peak_bytes == 10


@pytest.mark.parametrize(
    ("graph", "message"),
    [([], "empty"), ([Step("a", 1, ("b",)), Step("b", 1)], "'a' reads 'b'"), ([Step("a", 1, ("a",))], "'a' reads 'a'")],
    ids=["empty", "from later", "itself"],
)
def test_a_graph_that_cannot_run_is_refused(graph, message) -> None:
    with pytest.raises(InputError, match=message):
        activation_peak(graph)


def test_views_and_operations_in_place_make_nothing() -> None:
    class Views(nn.Module):
        def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, ...]:
            once = x + 1  # 256 bytes
            left, right = once.chunk(2)
            twice = nn.functional.relu(once.transpose(0, 1).contiguous(), inplace=True)  # 256 bytes, transposed
            return left, right.flatten(), twice.view(64)

    example = torch.zeros(8, 8)
    found = activation_steps(torch.export.export(Views(), (example,)))
    assert {step.name: step.output_bytes for step in found if step.output_bytes} == {"add": 256, "contiguous": 256}
    (output,) = (step for step in found if step.name == "output")
    assert set(output.reads) == {"add", "contiguous"}
    assert peak_of(Views(), example).peak_bytes == allocated_peak(lambda: Views()(example)) == 512


GREY, COLOUR = (16, 1, 8, 8), (16, 3, 32, 32)
NETWORKS = {
    "a residual network": (partial(resnet18, width=16), COLOUR),
    "a small CNN": (small_cnn, GREY),
    "a vision transformer": (tiny_vit, GREY),
    "a perceptron": (mlp, GREY),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_the_peak_of_a_network_is_what_the_allocator_saw(name: str) -> None:
    # Weights and images with the channels last: oneDNN's convolutions then need no other layout beside them.
    torch.manual_seed(0)
    make, shape = NETWORKS[name]
    model = make().eval().to(memory_format=torch.channels_last)
    images = torch.randn(shape).contiguous(memory_format=torch.channels_last)
    graph = torch.export.export(model, (images,))
    run = graph.module()
    computed = activation_peak(activation_steps(graph)).peak_bytes
    assert computed == peak_of(model, images).peak_bytes
    assert allocated_peak(lambda: run(images)) == pytest.approx(computed, rel=0.05)
    assert allocated_peak(lambda: model(images)) >= 0.999 * computed, "eager Python holds as much, or more"


def test_a_model_is_left_as_it_was() -> None:
    model = nn.Sequential(nn.Linear(4, 8), nn.Dropout()).train()
    peak_of(model, torch.zeros(2, 4))
    assert model.training
