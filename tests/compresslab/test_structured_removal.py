"""Removed units: slices cut by hand, dead channels that nobody misses, sizes and costs in closed form."""

import copy
import functools
import io
from pathlib import Path

import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel

from compresslab.cost import mac_count, parameter_count
from compresslab.deploy import OnnxModel, export_onnx
from compresslab.errors import InputError
from compresslab.models import mobilenet, resnet18, small_cnn, tiny_vit
from compresslab.pruning.structured import (
    DependencyGraph,
    dependency_graph,
    drop_residual_blocks,
    l1,
    prune_structured,
    random,
    remove_units,
    silence_units,
    units_to_remove,
)

FAMILIES = {
    "small_cnn": functools.partial(small_cnn, channels=3, width=6),
    "resnet18": functools.partial(resnet18, width=6),
    "mobilenet": functools.partial(mobilenet, width=4),
    "tiny_vit": functools.partial(tiny_vit, channels=3, dim=16, heads=4, depth=2),
}


def build(name: str, dtype: torch.dtype = torch.float64) -> nn.Module:
    """A network whose batch-norms have statistics, scales and shifts of their own."""
    torch.manual_seed(0)
    model = FAMILIES[name]().to(dtype).eval()
    with torch.no_grad():
        for module in model.modules():
            if isinstance(module, nn.BatchNorm2d):
                for tensor in (module.weight, module.bias, module.running_mean, module.running_var):
                    tensor.uniform_(0.5, 1.5)
    return model


def images(dtype: torch.dtype = torch.float64, count: int = 3) -> Tensor:
    return torch.randn(count, 3, 8, 8, generator=torch.Generator().manual_seed(1)).to(dtype)


@functools.cache
def traced(name: str) -> tuple[nn.Module, DependencyGraph]:
    model = build(name)
    return model, dependency_graph(model, images())


def kill(model: nn.Module, graph: DependencyGraph, units: dict[str, Tensor]) -> nn.Module:
    """Make units zero after batch-norm and activation in every layer that produces them: the weights of each
    producer and its bias, and scale and shift of each batch-norm. All activations here map zero to zero.
    """
    dead = copy.deepcopy(model)
    modules = dict(dead.named_modules())
    with torch.no_grad():
        for name, gone in units.items():
            for member in graph.group(name).members:
                entry = member.name.rpartition(".")[2]
                if member.role == "produces" or (member.role == "follows" and entry in ("weight", "bias")):
                    getattr(modules[member.layer], entry)[member.indices[gone].flatten()] = 0
    return dead


@settings(deadline=None, max_examples=12)
@given(st.data())
@pytest.mark.parametrize("name", FAMILIES)
def test_removing_dead_units_changes_no_output(name: str, data: st.DataObject) -> None:
    model, graph = traced(name)
    units = {}
    for group in graph.groups:
        gone = data.draw(st.sets(st.integers(0, group.size - 1), max_size=group.size - 1))
        if gone:
            units[group.name] = torch.tensor(sorted(gone))
    dead = kill(model, graph, units)
    smaller = remove_units(dead, graph, units)
    assert parameter_count(smaller) < parameter_count(model) or not units
    with torch.no_grad():
        torch.testing.assert_close(smaller(images()), dead(images()), rtol=0, atol=1e-10)


def test_a_channel_whose_filter_alone_is_zero_is_alive() -> None:
    model, graph = traced("small_cnn")
    dead = copy.deepcopy(model)
    with torch.no_grad():
        dead[0].weight[2] = 0
        dead[1].running_mean[2] = 0  # so that batch-norm gives its shift, which is positive
        smaller = remove_units(dead, graph, {"0": [2]})
        assert (smaller(images()) - dead(images())).abs().max() > 1e-3


@pytest.mark.parametrize("name", FAMILIES)
@pytest.mark.parametrize("seed", range(3))
def test_removing_any_units_is_reading_none_of_them(name: str, seed: int) -> None:
    model, graph = traced(name)
    units = units_to_remove(graph, random(model, graph, seed=seed), ratio=0.4)
    smaller, silent = remove_units(model, graph, units), silence_units(model, graph, units)
    assert parameter_count(silent) == parameter_count(model)
    with torch.no_grad():
        torch.testing.assert_close(smaller(images()), silent(images()), rtol=0, atol=1e-10)


def test_resnet18_cut_by_hand() -> None:
    model = build("resnet18")
    graph = dependency_graph(model, images())
    smaller = remove_units(model, graph, {"layer2.0.conv2": [0, 5], "layer3.1.conv1": torch.tensor([3])})
    state, kept = model.state_dict(), [i for i in range(12) if i not in (0, 5)]
    expected = {name: tensor for name, tensor in state.items() if not name.endswith("num_batches_tracked")}
    for conv, norm in (
        ("layer2.0.conv2", "layer2.0.bn2"),
        ("layer2.0.downsample.0", "layer2.0.downsample.1"),
        ("layer2.1.conv2", "layer2.1.bn2"),
    ):
        expected[f"{conv}.weight"] = expected[f"{conv}.weight"][kept]
        for entry in ("weight", "bias", "running_mean", "running_var"):
            expected[f"{norm}.{entry}"] = expected[f"{norm}.{entry}"][kept]
    for conv in ("layer2.1.conv1", "layer3.0.conv1", "layer3.0.downsample.0"):
        expected[f"{conv}.weight"] = expected[f"{conv}.weight"][:, kept]
    others = [i for i in range(24) if i != 3]
    expected["layer3.1.conv1.weight"] = expected["layer3.1.conv1.weight"][others]
    expected["layer3.1.conv2.weight"] = expected["layer3.1.conv2.weight"][:, others]
    for entry in ("weight", "bias", "running_mean", "running_var"):
        expected[f"layer3.1.bn1.{entry}"] = expected[f"layer3.1.bn1.{entry}"][others]
    found = smaller.state_dict()
    for name, tensor in expected.items():
        assert torch.equal(found[name], tensor), name
    assert smaller.layer2[1].conv2.out_channels == 10 and smaller.layer3[0].downsample[0].in_channels == 10
    assert smaller.layer3[1].bn1.num_features == 23


@pytest.mark.parametrize(
    ("large", "small"),
    [
        (lambda: small_cnn(channels=3, width=16), lambda: small_cnn(channels=3, width=8)),
        (lambda: resnet18(width=16), lambda: resnet18(width=8)),
        (lambda: mobilenet(width=16), lambda: mobilenet(width=8)),
    ],
    ids=["small_cnn", "resnet18", "mobilenet"],
)
def test_half_of_every_group_is_the_network_of_half_the_width(large, small) -> None:
    pruned, expected = prune_structured(large(), torch.zeros(1, 3, 32, 32), ratio=0.5), small()
    shapes = [{name: tensor.shape for name, tensor in model.state_dict().items()} for model in (pruned, expected)]
    assert shapes[0] == shapes[1]
    assert repr(pruned) == repr(expected), "the layers' own sizes must follow"
    assert mac_count(pruned, (1, 3, 32, 32)) == mac_count(expected, (1, 3, 32, 32))


def test_macs_of_pruned_networks_in_closed_form() -> None:
    model = small_cnn(channels=3, width=10)  # 10, 20, 40 channels at 8x8, 4x4 and 2x2
    pruned = prune_structured(model, images(torch.float32), ratio=0.3)
    a, b, c = 7, 14, 28
    assert mac_count(pruned, (1, 3, 8, 8)) == 9 * (64 * 3 * a + 16 * a * b + 4 * b * c) + 10 * c
    vit = tiny_vit(channels=3, dim=16, heads=4, depth=1)  # 16 tokens, heads of 4 features, 64 units
    pruned = prune_structured(vit, images(torch.float32), ratio={"layers.0.attention.k": 0.5, "layers.0.mlp.0": 0.75})
    qkv_out, products, mlp = 4 * 16 * 8, 2 * 2 * 16 * 4, 2 * 16 * 16
    with sdpa_kernel(SDPBackend.MATH):  # the fused kernel isn't counted by PyTorch 2.11 on a CPU
        assert mac_count(pruned, (1, 3, 8, 8)) == 16 * (12 * 16 + qkv_out + products + mlp) + 160
    assert pruned.layers[0].attention.heads == 2 and pruned.layers[0].attention.head_dim == 4


@pytest.mark.parametrize("name", FAMILIES)
def test_the_result_is_an_ordinary_model_and_the_input_is_untouched(name: str, tmp_path: Path) -> None:
    model = build(name, torch.float32)
    before = {key: tensor.clone() for key, tensor in model.state_dict().items()}
    example = images(torch.float32)
    pruned = prune_structured(model, example, ratio=0.5)
    assert all(torch.equal(tensor, before[key]) for key, tensor in model.state_dict().items())
    assert not {p.data_ptr() for p in model.parameters()} & {p.data_ptr() for p in pruned.parameters()}

    again = prune_structured(model, example, ratio=0.5)
    file = io.BytesIO()
    torch.save(pruned.state_dict(), file)
    file.seek(0)
    with torch.no_grad():
        for parameter in again.parameters():
            parameter.zero_()
        again.load_state_dict(torch.load(file, weights_only=True))
        logits = pruned(example)
        assert torch.equal(again(example), logits)
        onnx = OnnxModel(export_onnx(pruned, example, tmp_path / "pruned.onnx"))
        torch.testing.assert_close(onnx(example), logits, rtol=1e-4, atol=1e-4)

    pruned.train()
    optimizer = torch.optim.SGD(pruned.parameters(), lr=0.05)
    losses = []
    for _ in range(8):
        loss = nn.functional.cross_entropy(pruned(example), torch.tensor([0, 1, 2]))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0]
    twice = prune_structured(pruned, example, ratio=0.5)
    assert parameter_count(twice) < parameter_count(pruned) < parameter_count(model)


def test_types_layouts_modes_and_frozen_weights_stay() -> None:
    model = build("resnet18", torch.bfloat16).to(memory_format=torch.channels_last).train()
    model.bn1.eval()
    model.layer1.requires_grad_(False)
    model(images(torch.bfloat16)).sum().backward()
    pruned = prune_structured(model, images(torch.bfloat16), ratio=0.5)
    assert pruned.training and not pruned.bn1.training and pruned.layer1[0].bn1.training
    for name, parameter in pruned.named_parameters():
        original = model.get_parameter(name)
        assert type(parameter) is nn.Parameter and parameter.grad is None and parameter.is_leaf
        assert parameter.dtype == torch.bfloat16 and parameter.requires_grad == original.requires_grad
        if parameter.ndim == 4:
            assert parameter.is_contiguous(memory_format=torch.channels_last), name
    assert pruned.bn1.num_batches_tracked == model.bn1.num_batches_tracked
    plain = prune_structured(build("resnet18"), images(), ratio=0.5)
    assert all(parameter.is_contiguous() for parameter in plain.parameters())


def test_a_weight_under_two_names_stays_one() -> None:
    class Tied(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.stem, self.one, self.two = nn.Linear(3, 4), nn.Linear(4, 4), nn.Linear(4, 4)
            self.two.weight = self.one.weight
            self.fc = nn.Linear(4, 2)

        def forward(self, x: Tensor) -> Tensor:
            return self.fc(self.two(self.one(self.stem(x)).relu()).relu())

    model = Tied()
    graph = dependency_graph(model, torch.randn(2, 3))
    assert [group.size for group in graph.groups] == [4]
    smaller = remove_units(model, graph, {"stem": [1]})
    assert smaller.two.weight is smaller.one.weight and smaller.one.weight.shape == (3, 3)
    assert (smaller.two.in_features, smaller.two.out_features) == (3, 3)


@settings(deadline=None, max_examples=40)
@given(
    ratio=st.floats(0, 1, exclude_max=True),
    round_to=st.integers(1, 9),
    at_least=st.integers(1, 9),
    seed=st.integers(0, 9),
)
@example(ratio=0.25, round_to=4, at_least=1, seed=0)  # three heads of four channels each
def test_what_is_kept_of_a_group(ratio: float, round_to: int, at_least: int, seed: int) -> None:
    model, graph = traced("tiny_vit")
    scores = random(model, graph, seed=seed)
    removed = units_to_remove(graph, scores, ratio=ratio, round_to=round_to, at_least=at_least)
    for group in graph.groups:
        gone = removed.get(group.name, torch.empty(0, dtype=torch.int64))
        wanted = max(group.size - round(ratio * group.size), min(at_least, group.size))
        kept = group.size - len(gone)
        assert kept >= wanted
        rounded = [k for k in range(wanted, group.size) if k * group.width % round_to == 0]
        assert kept == min(rounded, default=group.size)
        rest = torch.ones(group.size, dtype=torch.bool)
        rest[gone] = False
        assert not len(gone) or scores[group.name][gone].max() <= scores[group.name][rest].min()


@pytest.mark.parametrize("ratio", [0.0, 0.1, 0.5, 0.9])
def test_the_global_scope_removes_the_right_number_and_the_relatively_smallest(ratio: float) -> None:
    model, graph = traced("resnet18")
    scores = l1(model, graph)
    sizes = {group.name: group.size for group in graph.groups}
    removed = units_to_remove(graph, scores, ratio=ratio, scope="global")
    assert sum(map(len, removed.values())) == round(ratio * sum(sizes.values()))
    relative = {name: score / score.mean() for name, score in scores.items()}
    gone = [float(relative[name][i]) for name, units in removed.items() for i in units]
    kept = [float(v) for name, vs in relative.items() for i, v in enumerate(vs) if i not in removed.get(name, [])]
    spared = [name for name, units in removed.items() if len(units) == sizes[name] - 1]
    assert not gone or spared or max(gone) <= min(kept)


def test_the_global_scope_spares_the_last_units_and_takes_others() -> None:
    _, graph = traced("small_cnn")
    scores = {"0": torch.arange(6.0), "3": torch.ones(12), "6": torch.cat([torch.zeros(23), torch.ones(1)])}
    removed = units_to_remove(graph, scores, ratio=0.8, scope="global", at_least=2)
    assert {name: len(units) for name, units in removed.items()} == {"0": 3, "3": 9, "6": 22}
    with pytest.raises(InputError, match=r"ratio=0.9 removes 38 units, but at_least=2 leaves 36"):
        units_to_remove(graph, scores, ratio=0.9, scope="global", at_least=2)


def test_protected_and_unnamed_groups_stay_and_equals_go_in_order() -> None:
    _, graph = traced("resnet18")
    equal = {group.name: torch.ones(group.size) for group in graph.groups}
    removed = units_to_remove(graph, equal, ratio=0.5, protect=["layer1.1.conv2", "layer4.0.conv1", "fc"])
    assert removed.keys() == equal.keys() - {"conv1", "layer4.0.conv1"}
    assert all(units.tolist() == list(range(len(equal[name]) // 2)) for name, units in removed.items())
    scores = {name: score for name, score in equal.items() if name != "conv1"}
    assert units_to_remove(graph, scores, ratio=0.5, scope="global", protect=["conv1"])
    named = units_to_remove(graph, equal, ratio={"layer2.0.downsample.0": 0.25})
    assert {name: units.tolist() for name, units in named.items()} == {"layer2.0.conv2": [0, 1, 2]}


def test_bad_choices_are_named() -> None:
    model, graph = traced("small_cnn")
    scores = l1(model, graph)
    choose = functools.partial(units_to_remove, graph, scores)
    for ratio in (-0.1, 1.0, float("nan")):
        with pytest.raises(InputError, match=rf"ratio={ratio} must be .* the share of the units of '0'"):
            choose(ratio=ratio)
    with pytest.raises(InputError, match=r"ratio=2 must be .* of '3'"):
        choose(ratio={"3": 2})
    with pytest.raises(InputError, match="round_to=0 must be"):
        choose(ratio=0.5, round_to=0)
    with pytest.raises(InputError, match="scope='layer'"):
        choose(ratio=0.5, scope="layer")
    with pytest.raises(InputError, match="scope='global' takes one ratio"):
        choose(ratio={"3": 0.5}, scope="global")
    with pytest.raises(InputError, match="'absent' is no group"):
        choose(ratio={"absent": 0.5})
    with pytest.raises(InputError, match="'absent' is no group"):
        choose(ratio=0.5, protect=["absent"])
    with pytest.raises(InputError, match="'11' cannot lose channels: it is the output"):
        choose(ratio={"11": 0.5})
    with pytest.raises(InputError, match="no scores for the group '0'"):
        units_to_remove(graph, {"3": scores["3"]}, ratio=0.5)
    with pytest.raises(InputError, match=r"'0' has 6 units, but scores of shape \(5,\)"):
        units_to_remove(graph, scores | {"0": torch.ones(5)}, ratio=0.5)
    with pytest.raises(InputError, match="scores of '0' contain NaN"):
        units_to_remove(graph, scores | {"0": torch.full((6,), torch.nan)}, ratio=0.5)
    resnet, tied = traced("resnet18")
    with pytest.raises(InputError, match=r"names 'conv1' twice, once as 'layer1\.0\.conv2'"):
        units_to_remove(tied, l1(resnet, tied), ratio={"conv1": 0.5, "layer1.0.conv2": 0.5})


def test_bad_removals_are_named() -> None:
    model, graph = traced("small_cnn")
    for units, message in (
        ({"absent": [0]}, "'absent' is no group"),
        ({"0": range(6)}, "'0' would lose all of its 6 channels"),
        ({"0": [6]}, r"'0' has the units 0 to 5, but \[6\] were named"),
        ({"0": [-1]}, r"'0' has the units 0 to 5, but \[-1\]"),
        ({"0": [0.5]}, "must be a list of indices"),
        ({"0": torch.ones(6, dtype=torch.bool)}, "must be a list of indices"),
        ({"0": [[1]]}, "must be a list of indices"),
    ):
        with pytest.raises(InputError, match=message):
            remove_units(model, graph, units)
    with pytest.raises(InputError, match="make the graph of this model"):
        remove_units(small_cnn(channels=3, width=7), graph, {"0": [0]})
    with pytest.raises(InputError, match="'conv1' is named twice"):
        remove_units(*traced("resnet18"), {"conv1": [0], "layer1.0.conv2": [1]})
    assert parameter_count(remove_units(model, graph, {"0": [], "3": []})) == parameter_count(model)
    with pytest.raises(InputError, match="no layer of this Linear can lose channels: '': it is the output"):
        prune_structured(nn.Linear(3, 2), torch.zeros(1, 3), ratio=0.5)


class Fixed(nn.Module):
    """A convolution whose 4 channels the code that follows counts on."""

    def __init__(self, between) -> None:
        super().__init__()
        self.conv, self.between, self.fc = nn.Conv2d(3, 4, 3, padding=1), between, nn.Linear(4 * 64, 2)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc(self.between(self.conv(x).relu()))


def test_sizes_that_the_code_fixes_are_found_by_running_the_result() -> None:
    cases = (
        (lambda x: x.view(-1, 256), "Fixed fails on an input .* in 'fc'|invalid for input"),
        (lambda x: (x / x.shape[1]).flatten(1), "Fixed computes something else without these units"),
    )
    for between, message in cases:
        model = Fixed(between)
        with pytest.raises(InputError, match=message):
            remove_units(model, dependency_graph(model, images(torch.float32, 1)), {"conv": [0, 2]})
    prune_structured(Fixed(lambda x: x.flatten(1)), images(torch.float32), ratio=0.5)


@pytest.mark.parametrize(
    ("name", "block", "last", "remains"),
    [
        ("resnet18", "layer3.1", ["bn2"], nn.ReLU),
        ("mobilenet", "stages.2.2", ["project.1"], nn.Identity),
        ("tiny_vit", "layers.1", ["attention.out", "mlp.2"], nn.Identity),
    ],
)
def test_a_dropped_block_is_one_whose_branches_give_zero(name: str, block: str, last: list[str], remains) -> None:
    model = build(name).train()
    silent = copy.deepcopy(model)
    for layer in last:
        for parameter in silent.get_submodule(f"{block}.{layer}").parameters():
            nn.init.zeros_(parameter)
    shallower = drop_residual_blocks(model, [block])
    assert type(shallower.get_submodule(block)) is remains and shallower.get_submodule(block).training
    assert parameter_count(shallower) == parameter_count(model) - parameter_count(model.get_submodule(block))
    x = images()
    with torch.no_grad():
        assert torch.equal(shallower.eval()(x), silent.eval()(x))
        assert not torch.equal(shallower(x), model.eval()(x))


class Block(nn.Module):
    def __init__(self, function) -> None:
        super().__init__()
        self.f, self.function = nn.Linear(3, 3), function

    def forward(self, x: Tensor) -> Tensor:
        return self.function(self.f, x)


def test_only_identity_shortcuts_can_be_dropped() -> None:
    for name, block in (("resnet18", "layer2.0"), ("mobilenet", "stages.1.0"), ("tiny_vit", "layers.0.mlp")):
        with pytest.raises(InputError, match=f"'{block}' has no identity shortcut"):
            drop_residual_blocks(build(name), [block])
    for name in ("", "absent"):
        with pytest.raises(InputError, match=f"'{name}' is no block inside this ResNet18"):
            drop_residual_blocks(build("resnet18"), [name])
    for function in (
        lambda f, x: f(x),
        lambda f, x: torch.add(f(x), x, alpha=2),
        lambda f, x: f(x) + f(x).relu(),
        lambda f, x: 2 * x + f(x),
        lambda f, x: x,
        lambda f, x: f(x).relu() + x.relu(),
    ):
        with pytest.raises(InputError, match="'0' has no identity shortcut"):
            drop_residual_blocks(nn.Sequential(Block(function)), ["0"])
    with pytest.raises(InputError, match="'0' cannot be traced"):
        drop_residual_blocks(nn.Sequential(Block(lambda f, x: x if x.sum() > 0 else f(x))), ["0"])
    for function in (lambda f, x: f(x) + x, lambda f, x: nn.functional.relu(x.add(f(x)), inplace=True)):
        dropped = drop_residual_blocks(nn.Sequential(Block(function)), ["0"])
        assert dropped(torch.ones(1, 3)).tolist() == [[1, 1, 1]]


@pytest.mark.parametrize(
    ("function", "times", "relu"),
    [
        (lambda f, x: (x + f(x)) + x, 2, False),
        (lambda f, x: (x + f(x)).add(other=x).relu(), 2, True),
        (lambda f, x: (y := x + f(x)) + y + x, 3, False),
        (lambda f, x: x + (f(x) + f(x) * x), 1, False),
    ],
)
def test_a_dropped_block_leaves_its_input_as_often_as_it_was_added(function, times: int, relu: bool) -> None:
    dropped = drop_residual_blocks(nn.Sequential(Block(function)), ["0"])
    x = torch.tensor([[-1.0, 0.5, 2.0]])
    assert torch.equal(dropped(x), times * (x.clamp(min=0) if relu else x))


def test_a_block_of_several_inputs_or_outputs_cannot_be_dropped() -> None:
    class Two(Block):
        def forward(self, x: Tensor, mask: Tensor) -> Tensor:  # type: ignore[override]
            return x + self.f(x) * mask

    with pytest.raises(InputError, match="'0' takes 2 inputs"):
        drop_residual_blocks(nn.Sequential(Two(None)), ["0"])
    with pytest.raises(InputError, match="'0' has no identity shortcut"):
        drop_residual_blocks(nn.Sequential(Block(lambda f, x: (x + f(x), f(x)))), ["0"])
