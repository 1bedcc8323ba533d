"""Traces without computing, the graph after a removal, and sizes that the code fixes: against models run for real."""

import pytest
import torch
import torch.nn.functional as F
import torchvision
from torch import Tensor, nn
from torch._subclasses.fake_tensor import FakeTensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from compresslab.errors import InputError
from compresslab.models import mobilenet, resnet18, tiny_vit
from compresslab.pruning.structured import (
    DependencyGraph,
    FixedSize,
    dependency_graph,
    l2,
    pin_fixed_sizes,
    prune_structured,
    remove_units,
    silence_units,
    units_to_remove,
)
from compresslab.pruning.structured.running import copy_replacing, copy_sharing
from compresslab.pruning.structured.tracing import trace


class Net(nn.Module):
    """A convolution, a function of what it gives, and two more layers."""

    def __init__(self, between, **layers: nn.Module) -> None:
        super().__init__()
        self.a, self.b, self.head = nn.Conv2d(3, 8, 3, padding=1), nn.Conv2d(8, 6, 1), nn.Linear(6, 2)
        self.between = between
        for name, layer in layers.items():
            setattr(self, name, layer)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.b(self.between(self, self.a(x))).mean((2, 3)))


def images(dtype: torch.dtype = torch.float32) -> Tensor:
    return torch.randn(2, 3, 8, 8, generator=torch.Generator().manual_seed(1)).to(dtype)


def bfloat16(m: Net, x: Tensor) -> Tensor:
    with torch.autocast("cpu", dtype=torch.bfloat16):
        return m.c(x).float()


def without_gradient(m: Net, x: Tensor) -> Tensor:
    with torch.no_grad():
        return m.c(x)


def without_views(m: Net, x: Tensor) -> Tensor:
    with torch.inference_mode():
        return m.c(x).relu()


@pytest.mark.parametrize("region", [bfloat16, without_gradient, without_views])
def test_layers_in_regions_of_other_modes_are_followed(region) -> None:
    torch.manual_seed(0)
    model = Net(region, c=nn.Conv2d(8, 8, 3, padding=1))
    graph = dependency_graph(model, images())
    assert {group.name: group.consumers for group in graph.groups} == {"a": ("c",), "c": ("b",), "b": ("head",)}
    units = {"a": [0, 3], "c": [5], "b": [1]}
    smaller, silent = remove_units(model, graph, units), silence_units(model, graph, units)
    assert smaller.c.weight.shape == (7, 6, 3, 3)
    with torch.no_grad():
        torch.testing.assert_close(smaller(images()), silent(images()), rtol=0, atol=1e-2)


def test_a_choice_between_functions_is_refused_by_name() -> None:
    def choose(m: Net, x: Tensor) -> Tensor:
        return torch.cond(x.sum() > 0, lambda y: y + 1, lambda y: y - 1, (x,))

    with pytest.raises(InputError, match=r"'cond' in the forward .* leave control flow such as `torch\.cond` out"):
        dependency_graph(Net(choose), images())


@pytest.mark.parametrize(
    "decide",
    [
        lambda m, x: x if x.mean() > 0 else -x,
        lambda m, x: x * x.max().item(),
        lambda m, x: x[x > 0].mean() * x,
        lambda m, x: x if m.a.weight.mean() > 0 else -x,
    ],
    ids=["branch", "item", "mask", "weights"],
)
def test_a_forward_that_decides_by_values_is_refused_by_name(decide) -> None:
    with pytest.raises(InputError, match=r"Net cannot be traced: .* must not decide by the values that it computes"):
        dependency_graph(Net(decide), images())


def test_a_number_that_the_code_makes_may_decide() -> None:
    graph = dependency_graph(Net(lambda m, x: x * torch.tensor(3.0).item()), images())
    assert [group.name for group in graph.groups] == ["a", "b"]


def test_an_output_in_which_tensors_are_not_found_is_refused() -> None:
    class Wrapped:
        def __init__(self, logits: Tensor) -> None:
            self.logits = logits

    class Hiding(Net):
        def forward(self, x: Tensor):
            return Wrapped(super().forward(x))

    with pytest.raises(InputError, match="output holds a Wrapped, in which tensors aren't found"):
        dependency_graph(Hiding(lambda m, x: x), images())


class Counted(TorchDispatchMode):
    """Notes the operators that compute: those on tensors with elements."""

    def __init__(self) -> None:
        super().__init__()
        self.called: list[str] = []

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        tensors = [leaf for leaf in tree_leaves((args, kwargs)) if isinstance(leaf, Tensor)]
        if any(tensor.device.type == "cpu" and not isinstance(tensor, FakeTensor) for tensor in tensors):
            self.called.append(str(func))
        return func(*args, **(kwargs or {}))


def test_a_trace_computes_nothing_and_leaves_the_model_as_it_was() -> None:
    class Stateful(Net):
        def forward(self, x: Tensor) -> Tensor:
            self.last = x
            return super().forward(x)

    model = Stateful(lambda m, x: m.n(x), n=nn.BatchNorm2d(8)).train()
    before = {name: (id(tensor), tensor.clone()) for name, tensor in model.state_dict(keep_vars=True).items()}
    fast = torch.backends.mha.get_fastpath_enabled()
    with Counted() as counted:
        trace(model, images(), training=True)
    assert not counted.called
    assert model.training and not hasattr(model, "last") and not model.a._forward_pre_hooks
    assert torch.backends.mha.get_fastpath_enabled() == fast
    for name, tensor in model.state_dict(keep_vars=True).items():
        assert id(tensor) == before[name][0] and torch.equal(tensor, before[name][1])


def test_the_layers_of_frozen_attention_are_seen() -> None:
    layer = nn.TransformerEncoderLayer(12, 3, dim_feedforward=16, batch_first=True).eval().requires_grad_(False)
    graph = dependency_graph(layer, torch.randn(2, 5, 12))
    assert [group.name for group in graph.groups] == ["linear1"], "no gradient is asked for, so PyTorch would fuse it"


NETS = {
    "resnet18": (lambda: resnet18(width=8), 8),
    "mobilenet": (lambda: mobilenet(width=4), 8),
    "tiny_vit": (lambda: tiny_vit(channels=3, dim=16, heads=4, depth=2), 8),
    "densenet": (lambda: torchvision.models.DenseNet(8, (2, 2), 16, num_classes=3), 32),
    "squeezenet": (lambda: torchvision.models.squeezenet1_1(num_classes=5), 64),
    "googlenet": (lambda: torchvision.models.googlenet(num_classes=3, init_weights=False), 64),
    "regnet": (lambda: torchvision.models.regnet_y_400mf(num_classes=3), 64),
}


def described(graph: DependencyGraph) -> list[object]:
    members = [[(m.name, m.dim, m.role, m.indices.tolist()) for m in group.members] for group in graph.groups]
    return [
        [(group.name, group.size, group.kind, group.heads) for group in graph.groups],
        members,
        dict(graph.pinned),
        dict(graph.shapes),
    ]  # fmt: skip


@pytest.mark.parametrize("name", NETS)
def test_the_graph_without_units_is_that_of_the_smaller_model(name: str) -> None:
    torch.manual_seed(0)
    build, side = NETS[name]
    model, example = build().eval(), torch.randn(1, 3, side, side)
    graph = dependency_graph(model, example)
    for _ in range(2):
        units = units_to_remove(graph, l2(model, graph), ratio=0.3)
        assert units
        model, graph = remove_units(model, graph, units), graph.without(units)
        assert described(graph) == described(dependency_graph(model, example))


def test_units_that_are_not_there_cannot_go_from_a_graph() -> None:
    graph = dependency_graph(resnet18(width=4), torch.zeros(1, 3, 32, 32))
    with pytest.raises(InputError, match="'conv1' has the units 0 to 3, but"):
        graph.without({"conv1": [4]})
    assert described(graph.without({})) == described(graph)


def flat(m: Net, x: Tensor) -> Tensor:
    return m.wide(x.view(-1, 512)).view(-1, 8, 8, 8)


FIXED = {
    "view": (lambda m, x: x.view(-1, 8, 64).view(-1, 8, 8, 8), {"a"}, {"b"}),
    "flattened": (flat, {"a"}, {"b"}),
    "number of channels": (lambda m, x: x / x.shape[1], {"a"}, {"b"}),
}


@pytest.mark.parametrize("name", FIXED)
def test_groups_whose_size_the_code_fixes_stay_and_the_others_go(name: str) -> None:
    function, fixed, others = FIXED[name]
    torch.manual_seed(0)
    model = Net(function, wide=nn.Linear(512, 512)).double()
    x = images(torch.float64)
    graph = dependency_graph(model, x)
    with pytest.raises(FixedSize):
        remove_units(model, graph, {"a": [0, 1, 2, 3]})
    pinned = pin_fixed_sizes(model, graph)
    assert fixed <= pinned.pinned.keys() and {group.name for group in pinned.groups} == others
    assert pinned.pinned["a"] == "the model's code fixes a size that its channels are part of"
    smaller = prune_structured(model, x, ratio=0.5)
    assert smaller.a.out_channels == 8 and smaller.b.out_channels == 3
    silent = silence_units(model, pinned, units_to_remove(pinned, l2(model, pinned), ratio=0.5))
    with torch.no_grad():
        torch.testing.assert_close(smaller(x), silent(x))


@pytest.mark.parametrize("size", [2, 3, 4, 6, 12])
def test_a_group_of_any_size_is_tried(size: int) -> None:
    class Fixed(nn.Sequential):
        def forward(self, x: Tensor) -> Tensor:
            return self[1](self[0](x).view(-1, size))

    model = Fixed(nn.Linear(5, size), nn.Linear(size, 2))
    graph = dependency_graph(model, torch.randn(12, 5))
    assert [group.size for group in graph.groups] == [size]
    assert pin_fixed_sizes(model, graph).groups == ()


def test_a_model_that_fails_by_itself_is_not_called_one_of_fixed_size() -> None:
    def broken(m: Net, x: Tensor) -> Tensor:
        if not isinstance(x, FakeTensor):  # which it is while it is traced
            raise ValueError("no such file")
        return x

    model = Net(broken)
    with pytest.raises(InputError, match="no such file") as caught:
        prune_structured(model, images(), ratio=0.5)
    assert not isinstance(caught.value, FixedSize)


def test_a_network_without_fixed_sizes_keeps_its_graph() -> None:
    model = resnet18(width=4).eval()
    graph = dependency_graph(model, torch.zeros(1, 3, 32, 32))
    assert pin_fixed_sizes(model, graph) is graph


class Together(nn.Module):
    """Two layers of which either may shrink; with both, the code takes another way and gives something else."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b, self.c, self.d = nn.Linear(3, 8), nn.Linear(8, 4), nn.Linear(3, 8), nn.Linear(8, 4)

    def forward(self, x: Tensor) -> Tensor:
        y, z = self.a(x).relu(), self.c(x).relu()
        scale = 3.0 if y.shape[1] < 8 and z.shape[1] < 8 else 1.0
        return self.b(y) + scale * self.d(z)


def test_groups_that_fail_only_together_are_not_removed_together() -> None:
    torch.manual_seed(0)
    model, x = Together().double(), torch.randn(5, 3, dtype=torch.float64)
    graph = dependency_graph(model, x)
    for name in ("a", "c"):
        remove_units(model, graph, {name: [0, 1]})
    with pytest.raises(FixedSize):
        remove_units(model, graph, {"a": [0, 1], "c": [0, 1]})
    smaller = prune_structured(model, x, ratio=0.5)
    assert (smaller.a.out_features, smaller.c.out_features) == (4, 8)


def test_what_fails_at_the_wanted_size_only_is_refused() -> None:
    class Picky(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.a, self.b = nn.Linear(3, 8), nn.Linear(8, 4)

        def forward(self, x: Tensor) -> Tensor:
            y = self.a(x)
            return self.b(y) * (2.0 if y.shape[1] == 4 else 1.0)

    model, x = Picky().double(), torch.randn(5, 3, dtype=torch.float64)
    with pytest.raises(FixedSize, match="computes something else"):
        prune_structured(model, x, ratio=0.5)
    assert prune_structured(model, x, ratio=0.25).a.out_features == 6


@pytest.mark.parametrize("zero", ["scale", "batch-norm", "convolution"])
def test_behind_a_weight_that_is_still_zero_a_fixed_size_is_found(zero: str) -> None:
    class Residual(nn.Module):
        """Trainings often begin with branches that end in zeros: then no output tells what is before them."""

        def __init__(self) -> None:
            super().__init__()
            self.a, self.b, self.skip = nn.Conv2d(3, 8, 1), nn.Conv2d(8, 6, 1), nn.Conv2d(3, 6, 1)
            self.norm, self.scale = nn.BatchNorm2d(6), nn.Parameter(torch.ones(6, 1, 1))
            self.head = nn.Conv2d(6, 2, 1)
            nn.init.zeros_({"scale": self.scale, "batch-norm": self.norm.weight, "convolution": self.b.weight}[zero])

        def forward(self, x: Tensor) -> Tensor:
            y = self.a(x)
            return self.head(self.skip(x) + self.scale * self.norm(self.b(y / y.shape[1])))

    torch.manual_seed(0)
    model, x = Residual().double(), images(torch.float64)
    graph = dependency_graph(model, x)
    with pytest.raises(FixedSize, match="computes something else"):
        remove_units(model, graph, {"a": [0, 1, 2, 3]})
    smaller = prune_structured(model, x, ratio=0.5)
    assert smaller.a.out_channels == 8 and smaller.skip.out_channels == 3
    for name in ("scale", "norm.weight", "b.weight"):
        left = smaller.get_parameter(name)
        assert bool(left.any()) == bool(model.get_parameter(name).any()), "the weights themselves stay as they were"


def test_a_silent_run_under_autocast_leaves_no_silenced_weight_behind() -> None:
    torch.manual_seed(0)
    model = Net(lambda m, x: x.relu())
    x = images()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        expected = model(x)
        prune_structured(model, x, ratio=0.5)
        assert torch.equal(model(x), expected)
        assert torch.is_autocast_cache_enabled()


def test_a_copy_is_what_deepcopy_makes() -> None:
    class Odd(Net):
        def __init__(self) -> None:
            super().__init__(F.relu)
            self.listed, self.same, self.sizes = [self.a], self.b, {"widths": [8, 6], 3: (1, [2])}
            self.register_forward_hook(self.note)

        def note(self, *_: object) -> None:
            self.noted = self

    model = Odd()
    copied = copy_replacing(model, {})
    assert copied.listed[0] is copied.a is not model.a and copied.same is copied.b is not model.b
    assert copied.a.weight is not model.a.weight and torch.equal(copied.a.weight, model.a.weight)
    assert copied.sizes == model.sizes and copied.sizes["widths"] is not model.sizes["widths"]
    assert copied.sizes[3][1] is not model.sizes[3][1]
    copied.between = lambda m, x: x
    copied(images())
    assert copied.noted is copied and not hasattr(model, "noted"), "hooks are bound to the copy"
    assert copy_sharing(model).a.weight is model.a.weight
    lstm = nn.LSTM(3, 4)  # copies by means of its own
    assert all(one is other for one, other in zip(copy_sharing(lstm)._flat_weights, lstm._flat_weights, strict=True))
