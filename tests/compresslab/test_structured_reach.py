"""Channels that are split, shuffled, stacked, padded or transposed on their way, and what else their units may pass.

The oracle of every removal is the network in which nothing reads the units; that of every graph, the sizes by hand.
"""

from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F
import torchvision
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from compresslab.cost import parameter_count
from compresslab.errors import InputError
from compresslab.pruning.structured import (
    dependency_graph,
    l2,
    prune_structured,
    remove_units,
    silence_units,
)


class Net(nn.Module):
    """Layers by name, and a function of them and the input."""

    def __init__(self, function: Callable[["Net", Tensor], Tensor], **layers: nn.Module) -> None:
        super().__init__()
        self.function = function
        for name, layer in layers.items():
            self.add_module(name, layer)

    def forward(self, x: Tensor) -> Tensor:
        return self.function(self, x)


def conv(inputs: int, outputs: int, kernel: int = 3, groups: int = 1) -> nn.Sequential:
    layer = nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, groups=groups, bias=False)
    return nn.Sequential(layer, nn.BatchNorm2d(outputs), nn.SiLU())


def head(channels: int) -> nn.Sequential:
    return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 3))


def images(function: Callable[[Net, Tensor], Tensor], read: int = 8, wide: int = 8, **layers: nn.Module) -> Net:
    """A function between a convolution of `wide` channels and a head that reads `read`."""
    between = lambda m, x: m.head(function(m, m.a(x)))  # noqa: E731
    return Net(between, **({"a": conv(3, wide), "head": head(read)} | layers))


class C2f(nn.Module):
    """The block of YOLOv8: half of the channels pass a chain of bottlenecks, all of whose outputs are read."""

    def __init__(self, inputs: int, hidden: int, outputs: int, depth: int = 2) -> None:
        super().__init__()
        self.cv1, self.cv2 = conv(inputs, 2 * hidden, 1), conv((2 + depth) * hidden, outputs, 1)
        self.m = nn.ModuleList(nn.Sequential(conv(hidden, hidden), conv(hidden, hidden)) for _ in range(depth))

    def forward(self, x: Tensor) -> Tensor:
        parts = list(self.cv1(x).chunk(2, 1))
        for block in self.m:
            parts.append(parts[-1] + block(parts[-1]))
        return self.cv2(torch.cat(parts, 1))


class ShuffleUnit(nn.Module):
    """The unit of ShuffleNetV2: one half passes, the other goes through layers, and the two are interleaved."""

    def __init__(self, half: int, inputs: int = 0) -> None:
        super().__init__()
        self.left = conv(inputs, half, 1) if inputs else None
        self.right = nn.Sequential(conv(inputs or half, half, 1), conv(half, half, groups=half), conv(half, half, 1))

    def forward(self, x: Tensor) -> Tensor:
        one, other = (self.left(x), x) if self.left else x.chunk(2, 1)
        x = torch.cat([one, self.right(other)], 1)
        n, c, height, width = x.shape
        return x.view(n, 2, c // 2, height, width).transpose(1, 2).reshape(n, c, height, width)


class Conv1D(nn.Module):
    """The linear layer of Hugging Face's GPT-2: its weight is (in, out)."""

    def __init__(self, nf: int, nx: int) -> None:
        super().__init__()
        self.nf, self.nx = nf, nx
        self.weight, self.bias = nn.Parameter(torch.randn(nx, nf) / nx**0.5), nn.Parameter(torch.randn(nf))

    def forward(self, x: Tensor) -> Tensor:
        return torch.addmm(self.bias, x.view(-1, x.size(-1)), self.weight).view(*x.size()[:-1], self.nf)


class GPTBlock(nn.Module):
    """Attention and an MLP as GPT-2 has them: queries, keys and values are parts of a size that is an attribute."""

    def __init__(self, heads: int = 4, head_dim: int = 3) -> None:
        super().__init__()
        width = heads * head_dim
        self.num_heads, self.head_dim, self.split_size = heads, head_dim, width
        self.embed, self.ln = nn.Linear(3, width), nn.LayerNorm(width)
        self.c_attn, self.c_proj = Conv1D(3 * width, width), Conv1D(width, width)
        self.mlp = nn.Sequential(Conv1D(2 * width, width), nn.GELU(), Conv1D(width, 2 * width))

    def forward(self, x: Tensor) -> Tensor:
        x = self.embed(x.flatten(2).transpose(1, 2))
        parts = self.c_attn(self.ln(x)).split(self.split_size, dim=2)
        q, k, v = (part.view(*part.shape[:-1], -1, self.head_dim).transpose(1, 2) for part in parts)
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2)
        x = x + self.c_proj(mixed.reshape(*mixed.shape[:2], -1))
        return self.ln(x + self.mlp(self.ln(x)))


class OptionA(nn.Module):
    """A block of the ResNets for CIFAR-10: the shortcut takes every second pixel, and zeros for new channels."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.conv1, self.conv2, self.more = conv(inputs, outputs), conv(outputs, outputs), outputs - inputs

    def forward(self, x: Tensor) -> Tensor:
        side = self.more // 2
        shortcut = F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, side, side)) if self.more else x
        y = self.conv2(self.conv1(x))
        return (y[:, :, ::2, ::2] if self.more else y) + shortcut


def quarters(m: Net, x: Tensor) -> Tensor:
    c = x.shape[1]
    one, other = x.split([c // 4, c - c // 4], 1)
    return torch.cat([m.b(other), one], 1)


def slices(m: Net, x: Tensor) -> Tensor:
    half = x.shape[1] // 2
    return torch.cat([x[:, half:], m.b(x[:, :half])], 1)


def recurrent(layer: nn.Module) -> Callable[[], Net]:
    def run(m: Net, x: Tensor) -> Tensor:
        return m.out(m.r(m.a(x.flatten(2).transpose(1, 2)))[0])

    return lambda: Net(run, a=nn.Linear(3, 6), r=layer, out=nn.Linear(10, 2))


def transposed(dims: int, **settings: int) -> Callable[[], Net]:
    layer = getattr(nn, f"ConvTranspose{dims}d")
    plain = getattr(nn, f"Conv{dims}d")

    def run(m: Net, x: Tensor) -> Tensor:
        x = x.flatten(2) if dims == 1 else x.unsqueeze(2) if dims == 3 else x
        return m.out(m.t(m.a(x))).flatten(2).mean(2)

    outputs = settings.pop("outputs", 8)
    return lambda: Net(run, a=plain(3, 8, 1), t=layer(8, outputs, 2, 2, **settings), out=plain(outputs, 3, 1))


einsum = torch.einsum


def tokens(function: Callable[[Net, Tensor], Tensor], **layers: nn.Module) -> Net:
    """A function between two linear layers of 8 units."""
    between = lambda m, x: m.out(function(m, m.a(x.flatten(2).transpose(1, 2))))  # noqa: E731
    return Net(between, **({"a": nn.Linear(3, 8), "out": nn.Linear(8, 3)} | layers))


# Of each network, the sizes of its groups by name: what can go.
NETS: dict[str, tuple[Callable[[], nn.Module], dict[str, int]]] = {
    "C2f": (
        lambda: nn.Sequential(conv(3, 5), C2f(5, 4, 6), head(6)),
        {"0.0": 5, "1.cv1.0": 4, "1.m.0.0.0": 4, "1.m.1.0.0": 4, "1.cv2.0": 6},
    ),
    "ShuffleNetV2": (  # each further unit halves the channels that pass: 16, 8, 4
        lambda: nn.Sequential(conv(3, 5), ShuffleUnit(16, 5), ShuffleUnit(16), ShuffleUnit(16), head(32)),
        {"0.0": 5, "1.left.0": 4}
        | {"1.right.0.0": 16, "2.right.0.0": 16, "3.right.0.0": 16},
    ),
    "chunk, one half through a layer": (
        lambda: images(lambda m, x: torch.cat([(p := x.chunk(2, 1))[0], m.b(p[1])], 1), b=conv(4, 4)),
        {"a.0": 4, "b.0": 4},
    ),
    "chunk, summed": (lambda: images(lambda m, x: sum(x.chunk(4, 1)), 2), {"a.0": 2}),
    "tensor_split": (
        lambda: images(lambda m, x: m.b(torch.tensor_split(x, 2, 1)[1]), b=conv(4, 8)), {"a.0": 4, "b.0": 8}),
    "GLU": (lambda: images(lambda m, x: F.glu(x, 1), 4), {"a.0": 4}),
    "equal parts of a size taken from the input": (
        lambda: images(lambda m, x: torch.maximum(*x.split(x.shape[1] // 2, 1)), 4), {"a.0": 4}),
    "unequal parts of sizes taken from the input": (lambda: images(quarters, 10, b=conv(6, 8)), {"a.0": 2, "b.0": 8}),
    "slices of sizes taken from the input": (lambda: images(slices, 10, b=conv(4, 6)), {"a.0": 4, "b.0": 6}),
    "every third channel": (lambda: images(lambda m, x: x[:, 1::3], 3, 9), {"a.0": 3}),
    "channel shuffle, inferred": (
        lambda: images(lambda m, x: x.view(len(x), -1, 4, 8, 8).transpose(1, 2).flatten(1, 2)), {"a.0": 2}),
    "stacked and summed": (
        lambda: images(lambda m, x: torch.stack([x, m.b(x)]).sum(0), b=conv(8, 8)), {"a.0": 8}),
    "stacked and interleaved": (
        lambda: images(lambda m, x: torch.stack([x, m.b(x)], 2).flatten(1, 2), 16, b=conv(8, 8)), {"a.0": 8}),
    "padded shortcut": (
        lambda: nn.Sequential(conv(3, 4), OptionA(4, 8), OptionA(8, 8), head(8)),
        {"0.0": 4, "1.conv1.0": 8, "2.conv1.0": 8},
    ),
    "GroupNorm": (lambda: images(lambda m, x: m.n(x), n=nn.GroupNorm(4, 8)), {"a.0": 4}),
    "GroupNorm in a residual stream": (
        lambda: images(lambda m, x: x + m.b(m.n(x)), n=nn.GroupNorm(4, 8, affine=False), b=conv(8, 8)), {"a.0": 4}),
    "transposed 1d": (transposed(1), {"a": 8, "t": 8}),
    "transposed 2d": (transposed(2), {"a": 8, "t": 8}),
    "transposed 3d": (transposed(3), {"a": 8, "t": 8}),
    "transposed, grouped": (transposed(2, groups=2, outputs=6), {"a": 4, "t": 3}),
    "transposed, depthwise": (transposed(2, groups=8), {"a": 8}),
    "transposed, depthwise, two filters": (transposed(3, groups=8, outputs=16), {"a": 8}),
    "einsum of pixels": (lambda: tokens(lambda m, x: einsum("nti->ni", x)), {"a": 8}),
    "einsum, per channel": (
        lambda: tokens(lambda m, x: einsum("ntc, nsc -> nsc", x, m.b(x)), b=nn.Linear(8, 8)), {"a": 8}),
    "einsum with weights": (
        lambda: tokens(lambda m, x: einsum("nti,oi->nto", x, m.b.weight), b=nn.Linear(8, 8)), {"a": 8, "b": 8}),
    "einsum with weights first": (
        lambda: tokens(lambda m, x: einsum("io,nit->not", m.b.weight, x.mT).mT, b=nn.Linear(8, 8)), {"a": 8, "b": 8}),
    "product with weights": (lambda: tokens(lambda m, x: x @ m.b.weight, b=nn.Linear(8, 8)), {"a": 8, "b": 8}),
    "bilinear": (
        lambda: tokens(lambda m, x: m.b(x, m.c(x)), b=nn.Bilinear(8, 5, 8), c=nn.Linear(8, 5)),
        {"a": 8, "c": 5, "b": 8},
    ),
    "weights times a number": (
        lambda: images(lambda m, x: F.conv2d(x, m.b.weight.abs() * 0.5), b=nn.Conv2d(8, 8, 1)), {"a.0": 8, "b": 8}),
    "LSTM": (recurrent(nn.LSTM(6, 5, 2, batch_first=True, bidirectional=True)), {"a": 6}),
    "GRU": (recurrent(nn.GRU(6, 10, batch_first=True)), {"a": 6}),
    "GPT-2": (GPTBlock, {"c_attn": 4, "mlp.0": 24}),
}  # fmt: skip


def build(name: str) -> nn.Module:
    """A network in float64 whose norms have statistics, scales and shifts of their own."""
    torch.manual_seed(0)
    return randomised(NETS[name][0]())


def randomised(model: nn.Module) -> nn.Module:
    with torch.no_grad():
        for tensor in (*model.parameters(), *model.buffers()):
            if tensor.is_floating_point():
                tensor.normal_() if tensor.ndim > 1 else tensor.uniform_(0.5, 1.5)
    return model.double().eval()


def example(seed: int = 1) -> Tensor:
    return torch.randn(2, 3, 8, 8, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("name", NETS)
def test_the_units_are_those_found_by_hand(name: str) -> None:
    graph = dependency_graph(build(name), example())
    assert {group.name: group.size for group in graph.groups} == NETS[name][1]


@settings(deadline=None, max_examples=4)
@given(st.data())
@pytest.mark.parametrize("name", NETS)
def test_without_units_it_computes_what_it_computes_when_nothing_reads_them(name: str, data: st.DataObject) -> None:
    model = build(name)
    graph = dependency_graph(model, example())
    units = {}
    for group in graph.groups:
        gone = data.draw(st.sets(st.integers(0, group.size - 1), max_size=group.size - 1))
        units[group.name] = torch.tensor(sorted(gone), dtype=torch.int64)
    smaller, silent = remove_units(model, graph, units), silence_units(model, graph, units)
    with torch.no_grad():
        fresh = example(seed=2)
        torch.testing.assert_close(smaller(fresh), silent(fresh), rtol=1e-10, atol=1e-10)
    for name, gone in units.items():
        for layer in graph.group(name).producers + graph.group(name).consumers:
            large, small = (sum(p.numel() for p in m.get_submodule(layer).parameters()) for m in (model, smaller))
            assert small < large or not len(gone)
    left = {group.name: group.size - len(units[group.name]) for group in graph.groups}
    if min(left.values()) > 1:  # the sizes and attributes that modules hold are those of their tensors
        assert {group.name: group.size for group in dependency_graph(smaller, example()).groups} == left


# Of each network, what it does after a convolution whose 8 channels its code counts on, and how many it reads.
FIXED: dict[str, tuple[Callable[[Net, Tensor], Tensor], int]] = {
    "equal parts": (lambda m, x: x.split(4, 1)[1], 4),
    "equal parts, swapped": (lambda m, x: torch.cat(x.split(4, 1)[::-1], 1), 8),
    "unequal parts": (lambda m, x: x.split([2, 6], 1)[0], 2),
    "a slice": (lambda m, x: x[:, 2:6], 4),
    "the last channels": (lambda m, x: x[:, -4:], 4),
    "a shuffle": (lambda m, x: x.view(-1, 2, 4, 8, 8).transpose(1, 2).flatten(1, 2), 8),
}


@pytest.mark.parametrize("name", FIXED)
def test_sizes_that_the_code_fixes_are_refused_and_then_left_alone(name: str) -> None:
    function, read = FIXED[name]
    model = randomised(images(lambda m, x: function(m, m.b(x)), read, b=conv(8, 8)))
    graph = dependency_graph(model, example())
    with pytest.raises(InputError):
        remove_units(model, graph, {"b.0": [0]})
    smaller = prune_structured(model, example(), ratio=0.5)
    assert smaller.a[0].out_channels == 4 and smaller.b[0].out_channels == 8


def test_an_example_of_zeros_hides_nothing() -> None:
    model = nn.Sequential(nn.Conv2d(3, 8, 1, bias=False), Net(lambda m, x: x[:, 2:6]), nn.Conv2d(4, 2, 1, bias=False))
    graph = dependency_graph(model, torch.zeros(1, 3, 4, 4))
    with pytest.raises(InputError, match="computes something else without these units"):
        remove_units(model, graph, {"0": [0]})


def test_a_groupnorm_loses_whole_groups_since_it_averages_over_each() -> None:
    model = build("GroupNorm")
    graph = dependency_graph(model, example())
    assert graph.group("a.0").members[0].indices.tolist() == [[0, 1], [2, 3], [4, 5], [6, 7]]
    smaller = remove_units(model, graph, {"a.0": [1]})
    assert (smaller.n.num_groups, smaller.n.num_channels, len(smaller.n.weight)) == (3, 6, 6)
    whole = images(lambda m, x: m.n(x), n=nn.GroupNorm(1, 8))
    assert "flows into 'group_norm' in 'n'" in dependency_graph(whole, example().float()).pinned["a.0"]


def test_a_grouped_convolution_may_be_left_with_one_channel_a_group() -> None:
    model = randomised(images(lambda m, x: m.b(x), read=12, b=conv(8, 12, groups=4)))
    smaller = remove_units(model, graph := dependency_graph(model, example()), {"a.0": [0]})
    grouped = smaller.b[0]
    assert (grouped.groups, grouped.in_channels, grouped.out_channels) == (4, 4, 12)
    fresh = example(seed=2)
    torch.testing.assert_close(smaller(fresh), silence_units(model, graph, {"a.0": [0]})(fresh), rtol=0, atol=1e-10)


def test_the_zeros_of_a_padded_shortcut_stay() -> None:
    model = build("padded shortcut")
    graph = dependency_graph(model, example())
    assert graph.group("0.0").producers == ("0.0", "1.conv2.0", "2.conv2.0")
    assert graph.group("0.0").members[-1].indices.flatten().tolist() == [2, 3, 4, 5]  # of 8: two on either side
    assert graph.pinned["1.conv2.0"] == "'pad' in '1' adds it to the channels"
    assert remove_units(model, graph, {"0.0": [0, 3]})[1].conv2[0].out_channels == 6


def test_the_parts_of_gpt2s_projection_lose_heads_together() -> None:
    model = build("GPT-2")
    graph = dependency_graph(model, example())
    attention = graph.group("c_attn")
    assert attention.kind == "heads" and attention.members[0].indices.shape == (4, 9)
    smaller = remove_units(model, graph, {"c_attn": [1], "mlp.0": range(10)})
    assert (smaller.num_heads, smaller.split_size, smaller.head_dim) == (3, 9, 3)
    assert (smaller.c_attn.nf, smaller.c_proj.nx, smaller.mlp[0].nf, smaller.mlp[2].nx) == (27, 9, 14, 14)


def test_a_transposed_layers_units_are_scored_by_the_columns_that_write_them() -> None:
    model = build("transposed 2d")
    scores = l2(model, dependency_graph(model, example()))
    torch.testing.assert_close(scores["t"], model.t.weight.double().square().sum((0, 2, 3)).sqrt())
    torch.testing.assert_close(scores["a"], model.a.weight.double().square().sum((1, 2, 3)).sqrt())


def test_shufflenet_loses_the_channels_of_its_first_stage() -> None:
    torch.manual_seed(0)
    model = torchvision.models.shufflenet_v2_x0_5(num_classes=3).double().eval()
    x = torch.randn(2, 3, 32, 32, dtype=torch.float64)
    graph = dependency_graph(model, x)
    # 24 channels of either half, which three further units halve; the seven of the next stage leave none of 48.
    assert graph.group("stage2.0.branch1.2").size == 3
    assert "'chunk' in 'stage3." in graph.pinned["stage3.0.branch1.2"]
    smaller = prune_structured(model, x, ratio=0.5)
    assert parameter_count(smaller) < parameter_count(model)
