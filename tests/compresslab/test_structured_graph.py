"""Which channels are tied: against what the architectures' papers and pictures say, and against perturbed networks."""

import warnings

import pytest
import torch
import torch.nn.functional as F
import torchvision
from torch import Tensor, nn
from torch.nn.utils import prune

from compresslab.errors import InputError
from compresslab.models import mobilenet, resnet18, small_cnn, tiny_vit
from compresslab.pruning.structured import (
    DependencyGraph,
    dependency_graph,
    prune_structured,
    remove_units,
    silence_units,
)


def conv(inputs: int, outputs: int, kernel: int = 3, groups: int = 1) -> nn.Sequential:
    layer = nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, groups=groups, bias=False)
    return nn.Sequential(layer, nn.BatchNorm2d(outputs), nn.ReLU())


class Inception(nn.Module):
    """Three branches side by side, read by one layer, and a functional ReLU."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b, self.c = conv(3, 4), conv(3, 6, 1), conv(3, 3, 1)
        self.norm = nn.BatchNorm2d(13)
        self.mix = conv(13, 5, 1)
        self.fc = nn.Linear(5, 2)

    def forward(self, x: Tensor) -> Tensor:
        x = torch.cat([self.a(x), self.b(x), self.c(F.max_pool2d(x, 3, 1, 1))], dim=1)
        return self.fc(self.mix(F.relu(self.norm(x))).mean((2, 3)))


class Flattened(nn.Module):
    """A linear layer that reads every pixel of every channel; a PReLU and a dropout on the way."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(conv(3, 4), nn.Conv2d(4, 6, 3, padding=1), nn.PReLU(6), nn.MaxPool2d(4))
        self.classifier = nn.Sequential(nn.Flatten(), nn.Linear(24, 7), nn.ReLU(), nn.Dropout(), nn.Linear(7, 2))

    def forward(self, x: Tensor) -> Tensor:
        return self.classifier(self.features(x))


class Gated(nn.Module):
    """Squeeze-and-excite, a scale and a shift for every channel, and a scalar temperature."""

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.squeeze, self.excite = conv(3, 6), nn.Conv2d(6, 3, 1), nn.Conv2d(3, 6, 1)
        self.scale, self.temperature = nn.Parameter(torch.randn(6, 1, 1)), nn.Parameter(torch.ones(()))
        self.register_buffer("shift", torch.randn(1, 6, 1, 1))
        self.fc = nn.Linear(6, 2)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        x = x * torch.sigmoid(self.excite(self.squeeze(x.mean((2, 3), keepdim=True)).relu_()))
        return self.fc((x * self.scale + self.shift).mean((2, 3))) * self.temperature


class Shared(nn.Module):
    """A convolution that is applied twice, so that its inputs are its outputs, and in-place additions."""

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.again, self.other = conv(3, 5), conv(5, 5), conv(5, 4)
        self.fc = nn.Linear(4, 2)

    def forward(self, x: Tensor) -> Tensor:
        x = self.again(self.again(self.stem(x)))
        y = self.other(x)
        y += self.other(x * 2)
        return self.fc(F.adaptive_avg_pool2d(y, 1).flatten(1))


class Grouped(nn.Module):
    """A grouped convolution, a depthwise one with two filters a channel, and a pixel shuffle."""

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.grouped = conv(3, 8), conv(8, 12, groups=4)
        self.depthwise = nn.Conv2d(12, 24, 3, padding=1, groups=12)
        self.up = nn.Conv2d(24, 12, 1)
        self.last, self.fc = conv(3, 4), nn.Linear(4, 2)

    def forward(self, x: Tensor) -> Tensor:
        x = self.up(self.depthwise(self.grouped(self.stem(x))))
        return self.fc(self.last(F.pixel_shuffle(x, 2)).mean((2, 3)))


class FusedAttention(nn.Module):
    """Queries, keys and values from one matrix, their products written out; an identity position for every token."""

    def __init__(self, heads: int = 3, head_dim: int = 4) -> None:
        super().__init__()
        self.num_heads, self.head_dim = heads, head_dim
        self.embed, self.position = nn.Linear(3, 5), nn.Parameter(torch.randn(1, 64, 5))
        self.qkv, self.out = nn.Linear(5, 3 * heads * head_dim), nn.Linear(heads * head_dim, 5)
        self.fc = nn.Linear(5, 2)

    def forward(self, x: Tensor) -> Tensor:
        x = self.embed(x.flatten(2).transpose(1, 2)) + self.position
        qkv = self.qkv(x).view(len(x), -1, 3, self.num_heads, self.head_dim).permute(2, 0, 3, 1, 4)
        q, k, v = qkv.unbind(0)
        mixed = torch.softmax(q @ k.transpose(-2, -1) * self.head_dim**-0.5, dim=-1) @ v
        return self.fc((x + self.out(mixed.transpose(1, 2).flatten(2))).mean(1))


NETS = {
    "small_cnn": lambda: small_cnn(channels=3, width=3),
    "resnet18": lambda: resnet18(width=3),
    "mobilenet": lambda: mobilenet(width=2),
    "hardswish": lambda: mobilenet(width=2, activation="hardswish"),
    "tiny_vit": lambda: tiny_vit(channels=3, dim=12, heads=3, depth=2),
    "inception": Inception,
    "flattened": Flattened,
    "gated": Gated,
    "shared": Shared,
    "grouped": Grouped,
    "fused": FusedAttention,
    "torchvision": lambda: torchvision.models.resnet18(num_classes=3),
}


def build(name: str) -> nn.Module:
    """A network in float64 whose batch-norms have statistics, scales and shifts of their own."""
    torch.manual_seed(0)
    model = NETS[name]().double().eval()
    with torch.no_grad():
        for module in model.modules():
            if isinstance(module, nn.BatchNorm2d):
                for tensor in (module.weight, module.bias, module.running_mean, module.running_var):
                    tensor.uniform_(0.5, 1.5)
    return model


def images() -> Tensor:
    return torch.randn(2, 3, 8, 8, dtype=torch.float64, generator=torch.Generator().manual_seed(1))


def producing(graph: DependencyGraph) -> dict[str, tuple[str, ...]]:
    return {group.name: group.producers for group in graph.groups}


@pytest.mark.parametrize("width", [4, None], ids=["ours", "torchvision"])
def test_resnet18_has_four_residual_streams_and_eight_channels_sets_between(width: int | None) -> None:
    model = resnet18(width=width) if width else torchvision.models.resnet18()
    width = width or 64
    graph = dependency_graph(model, torch.zeros(1, 3, 32, 32))
    streams = {"conv1": ("conv1", "layer1.0.conv2", "layer1.1.conv2")}
    for stage in (2, 3, 4):
        first = f"layer{stage}.0"
        streams[f"{first}.conv2"] = (f"{first}.conv2", f"{first}.downsample.0", f"layer{stage}.1.conv2")
    between = {
        f"layer{stage}.{block}.conv1": (f"layer{stage}.{block}.conv1",) for stage in (1, 2, 3, 4) for block in (0, 1)
    }
    assert producing(graph) == streams | between
    assert [group.size for group in graph.groups] == [width] * 3 + [2 * width] * 3 + [4 * width] * 3 + [8 * width] * 3
    assert {group.kind for group in graph.groups} == {"channels"}
    assert graph.pinned == {"fc": "it is the output of the model"}
    assert graph.group("layer3.1.conv2").consumers == ("layer3.1.conv1", "layer4.0.conv1", "layer4.0.downsample.0")
    norms = [member.name for member in graph.group("conv1").members if member.role == "follows"]
    entries = ("weight", "bias", "running_mean", "running_var")
    assert norms == [f"{norm}.{entry}" for norm in ("bn1", "layer1.0.bn2", "layer1.1.bn2") for entry in entries]


def test_the_transformer_has_heads_and_units_and_a_residual_stream_that_layer_norm_pins() -> None:
    graph = dependency_graph(tiny_vit(dim=12, heads=3, depth=2), torch.zeros(1, 1, 8, 8))
    kinds = {group.name: (group.kind, group.size, group.width) for group in graph.groups}
    heads, units = ("heads", 3, 4), ("units", 48, 1)
    assert kinds == {
        "layers.0.attention.q": heads,
        "layers.0.mlp.0": units,
        "layers.1.attention.q": heads,
        "layers.1.mlp.0": units,
    }
    group = graph.group("layers.1.attention.v")
    assert group.producers == tuple(f"layers.1.attention.{name}" for name in "qkv")
    assert group.consumers == ("layers.1.attention.out",) and group.heads == (("layers.1.attention", "heads"),)
    assert group.members[0].indices.tolist() == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]
    stream = [f"layers.{i}.{layer}" for i in (0, 1) for layer in ("attention.out", "mlp.2")]
    assert graph.pinned.keys() == {"embed", "fc", *stream}
    assert all("'layer_norm' in 'layers.0.norm1'" in graph.pinned[name] for name in ("embed", *stream))


def test_branches_that_are_concatenated_own_their_part_of_the_reader() -> None:
    graph = dependency_graph(build("inception"), images())
    assert producing(graph) == {name: (name,) for name in ("a.0", "b.0", "c.0", "mix.0")}
    columns = {
        group.name: member.indices.flatten().tolist()
        for group in graph.groups
        for member in group.members
        if member.name == "mix.0.weight" and member.dim == 1
    }
    assert columns == {"a.0": [0, 1, 2, 3], "b.0": [4, 5, 6, 7, 8, 9], "c.0": [10, 11, 12]}


def test_a_channel_that_is_flattened_owns_a_column_for_every_pixel() -> None:
    group = dependency_graph(build("flattened"), images()).group("features.1")
    (columns,) = (member.indices for member in group.members if member.role == "consumes")
    assert columns.tolist() == [[4 * c, 4 * c + 1, 4 * c + 2, 4 * c + 3] for c in range(6)]
    assert [member.name for member in group.members if member.role == "follows"] == [
        "features.1.bias",
        "features.2.weight",
    ]


def test_gates_scales_and_repeated_layers_are_tied() -> None:
    gated = dependency_graph(build("gated"), images())
    assert producing(gated) == {"stem.0": ("stem.0", "excite"), "squeeze": ("squeeze",)}
    follows = {(m.name, m.dim) for m in gated.group("excite").members if m.role == "follows"}
    assert {("scale", 0), ("shift", 1), ("excite.bias", 0)} < follows
    shared = dependency_graph(build("shared"), images())
    assert producing(shared) == {"stem.0": ("stem.0", "again.0"), "other.0": ("other.0",)}
    assert shared.group("stem.0").consumers == ("again.0", "other.0")


def test_groups_of_a_convolution_lose_channels_together() -> None:
    graph = dependency_graph(build("grouped"), images())
    units = {group.name: [m.indices.tolist() for m in group.members if m.role == "produces"] for group in graph.groups}
    assert units["stem.0"] == [[[0, 2, 4, 6], [1, 3, 5, 7]]]
    filters = [[0, 3, 6, 9], [1, 4, 7, 10], [2, 5, 8, 11]]
    assert units["grouped.0"] == [filters, [[2 * f + i for f in unit for i in (0, 1)] for unit in filters]]
    assert units["up"] == [[[4 * c, 4 * c + 1, 4 * c + 2, 4 * c + 3] for c in range(3)]]


@pytest.mark.parametrize("name", NETS)
def test_what_nothing_reads_changes_no_output(name: str) -> None:
    model, x = build(name), images()
    graph = dependency_graph(model, x)
    with torch.no_grad():
        for group in graph.groups:
            unit = group.size // 2
            silent = silence_units(model, graph, {group.name: [unit]})
            before = silent(x)
            for layer in group.producers:
                rows = next(m.indices[unit] for m in group.members if m.layer == layer and m.role == "produces")
                silent.get_submodule(layer).weight[rows] += 1.0
                model.get_submodule(layer).weight[rows] += 1.0
            torch.testing.assert_close(silent(x), before, rtol=0, atol=1e-12, msg=f"{group.name} is read elsewhere")


@pytest.mark.parametrize("name", NETS)
def test_every_channel_of_every_layer_is_in_one_group_or_pinned(name: str) -> None:
    model = build(name)
    graph = dependency_graph(model, images())
    rows = {
        layer: [
            int(i)
            for g in graph.groups
            for m in g.members
            if m.name == f"{layer}.weight" and m.dim == 0
            for i in m.indices.flatten()
        ]
        for layer, module in model.named_modules()
        if isinstance(module, (nn.Conv2d, nn.Linear))
    }
    for layer, found in rows.items():
        everything = list(range(len(model.get_submodule(layer).weight)))
        assert (found == [] and layer in graph.pinned) or (sorted(found) == everything and layer not in graph.pinned)


class Lambda(nn.Module):
    """A convolution with 8 channels, a function of what it gives, and a layer that reads the result."""

    def __init__(self, function, reader: nn.Module, **attributes: object) -> None:
        super().__init__()
        self.conv, self.function, self.reader = nn.Conv2d(3, 8, 3, padding=1), function, reader
        for name, value in attributes.items():
            setattr(self, name, value)

    def forward(self, x: Tensor) -> Tensor:
        return self.reader(self.function(self, self.conv(x)))


def one_by_one(inputs: int = 8) -> nn.Module:
    return nn.Conv2d(inputs, 2, 1)


@pytest.mark.parametrize(
    ("function", "reader", "reason"),
    [
        (lambda m, x: x[:, 1:4], one_by_one(3), "'slice' takes a part of the channels"),
        (lambda m, x: x[:, 1::3], one_by_one(3), "'slice' takes a part"),
        (lambda m, x: x.chunk(3, 1)[0], one_by_one(3), "'chunk' takes a part"),
        (lambda m, x: x.split([3, 5], 1)[0], one_by_one(3), "'split_with_sizes' takes a part"),
        (lambda m, x: x[:, 2], nn.Conv1d(8, 2, 1), "'select' takes a part"),
        (lambda m, x: torch.stack(x.unbind(1)[:4], 1), one_by_one(4), "'unbind' takes a part"),
        (lambda m, x: x[:, [1, 0, 3, 2]], one_by_one(4), "flows into 'index'"),
        (lambda m, x: x.cumsum(1), one_by_one(), "flows into 'cumsum'"),
        (lambda m, x: F.layer_norm(x, x.shape[1:]), one_by_one(), "flows into 'layer_norm'"),
        (lambda m, x: F.group_norm(x, 2), one_by_one(), "flows into 'group_norm'"),
        (lambda m, x: x.softmax(1), one_by_one(), "'softmax' normalises over channels"),
        (lambda m, x: x * x.mean(1, keepdim=True), one_by_one(), "'mul' broadcasts it over channels"),
        (lambda m, x: x.sum(1, keepdim=True), one_by_one(1), "'sum' reduces over channels"),
        (lambda m, x: F.pad(x, (0, 0, 0, 0, 1, 1), "replicate"), one_by_one(10), "'pad' pads the channels"),
        (lambda m, x: F.pad(x, (0, 0, 0, 0, -1, 3)), one_by_one(10), "'pad' pads"),
        (lambda m, x: x + torch.arange(8.0).view(8, 1, 1), one_by_one(), "meets"),
        (lambda m, x: x @ x.transpose(2, 3), one_by_one(), "no attribute `heads` around 'matmul'"),
        (lambda m, x: torch.einsum("bchw,bdhw->bcd", x, x).unsqueeze(3), one_by_one(), "'einsum' broadcasts"),
        (lambda m, x: torch.einsum("bchw,bchw->bhw", x, x).unsqueeze(1), one_by_one(1), "'einsum' reduces over"),
        (lambda m, x: torch.einsum("...c->...", x.movedim(1, 3)).unsqueeze(1), one_by_one(1), "flows into 'einsum'"),
        (lambda m, x: x * m.conv.weight.cumsum(0).mean(), one_by_one(), "it flows into 'cumsum'"),
        (lambda m, x: x * m.conv.weight.mean(), one_by_one(), "'conv.weight' is used in two ways"),
        (lambda m, x: m.weird(x), one_by_one(), "'conv2d' in 'weird' computes its weight"),
        (lambda m, x: F.conv2d(x, m.conv.weight[:, :1].abs(), groups=8), one_by_one(), "'conv2d' computes its weight"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_mixes_channels_pins_them_and_says_where(function, reader: nn.Module, reason: str) -> None:
    masked = nn.utils.parametrizations.weight_norm(nn.Conv2d(8, 8, 1))
    graph = dependency_graph(Lambda(function, reader, weird=masked), torch.randn(1, 3, 8, 8))
    assert graph.groups == ()
    assert graph.pinned["reader"] == "it is the output of the model"
    with pytest.raises(InputError, match=reason):
        graph.group("conv")


def test_a_single_map_that_weighs_all_channels_stays_and_they_may_go() -> None:
    model = Lambda(lambda m, x: x * torch.sigmoid(m.map(x)), one_by_one(), map=one_by_one(8))
    model.map = nn.Conv2d(8, 1, 1)
    graph = dependency_graph(model, torch.randn(1, 3, 8, 8))
    assert producing(graph) == {"conv": ("conv",)}
    assert graph.pinned["map"] == "'mul' broadcasts it over channels"
    remove_units(model, graph, {"conv": [1, 5]})


def test_a_layer_may_be_free_in_part() -> None:
    class Padded(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.stem, self.wide, self.fc = nn.Conv2d(3, 4, 1), nn.Conv2d(4, 6, 1), nn.Linear(6, 2)

        def forward(self, x: Tensor) -> Tensor:
            x = self.stem(x)
            return self.fc((torch.cat([x, torch.zeros(len(x), 2, 4, 4)], 1) + self.wide(x)).mean((2, 3)))

    model = Padded()
    graph = dependency_graph(model, torch.randn(1, 3, 4, 4))
    assert producing(graph) == {"stem": ("stem", "wide")} and graph.groups[0].size == 4
    assert graph.pinned["wide"] == "it meets the result of 'zeros', which mixes channels or isn't followed"
    assert remove_units(model, graph, {"stem": [0, 3]}).wide.weight.shape == (4, 2, 1, 1)


def test_a_masked_model_says_that_its_masks_must_be_made_permanent() -> None:
    model = small_cnn(width=4)
    for layer in (0, 3, 6, 11):
        prune.random_unstructured(model[layer], "weight", amount=0.5)
    graph = dependency_graph(model, torch.zeros(1, 1, 8, 8))
    assert graph.groups == () and graph.pinned.keys() == {"0", "3", "6", "11"}
    with pytest.raises(InputError, match="'0': 'conv2d' in '0' computes its weight or bias, perhaps by a mask"):
        prune_structured(model, torch.zeros(1, 1, 8, 8), ratio=0.5)
    for layer in (0, 3, 6, 11):
        prune.remove(model[layer], "weight")
    assert len(dependency_graph(model, torch.zeros(1, 1, 8, 8)).groups) == 3


def test_pytorchs_own_attention_is_pinned_and_its_neighbours_are_not() -> None:
    layer = nn.TransformerEncoderLayer(12, 3, dim_feedforward=16, batch_first=True)
    graph = dependency_graph(layer, torch.randn(2, 5, 12))
    assert producing(graph) == {"linear1": ("linear1",)}


def test_bad_input_is_named() -> None:
    model = small_cnn()
    with pytest.raises(InputError, match=r"Sequential fails on an input of torch.float32 \(1, 3, 8, 8\) in '0': "):
        dependency_graph(model, torch.zeros(1, 3, 8, 8))
    with pytest.raises(InputError, match=r"the example is on meta, but '0\.weight' is on cpu"):
        dependency_graph(model, torch.zeros(1, 1, 8, 8, device="meta"))
    mixed = small_cnn()
    mixed[6].to("meta")
    with pytest.raises(InputError, match=r"the example is on cpu, but '6\.weight' is on meta"):
        dependency_graph(mixed, torch.zeros(1, 1, 8, 8))
    with pytest.raises(InputError, match="cannot be traced"):
        dependency_graph(Lambda(lambda m, x: x if x.sum() > 0 else -x, one_by_one()), torch.zeros(1, 3, 8, 8))
    graph = dependency_graph(model, torch.zeros(1, 1, 8, 8))
    with pytest.raises(InputError, match=r"'1' is no group .* choose from '0', '3', '6'"):
        graph.group("1")
    with pytest.raises(InputError, match="'11' cannot lose channels: it is the output of the model"):
        graph.group("11")


def test_the_model_is_left_as_it_was() -> None:
    model = small_cnn().train()
    model[4].eval()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    dependency_graph(model, torch.randn(2, 1, 8, 8))
    assert model.training and not model[4].training and not model[0]._forward_pre_hooks
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())


class TwoLayers(nn.Module):
    """Two convolutions and a classifier, with `between` on the hidden activations."""

    def __init__(self, between=torch.relu, after=torch.clone) -> None:
        super().__init__()
        self.a, self.b, self.fc = nn.Conv2d(3, 4, 1), nn.Conv2d(4, 6, 1), nn.Linear(6, 2)
        self.between, self.after = between, after

    def forward(self, x: Tensor) -> Tensor:
        return self.after(self.fc(self.b(self.between(self.a(x))).mean((2, 3))))


def test_what_cannot_be_traced_or_copied_is_refused_by_name() -> None:
    with torch.inference_mode():
        inference = TwoLayers()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # TorchScript is deprecated
        scripted = torch.jit.script(nn.Sequential(nn.Conv2d(3, 4, 1), nn.Conv2d(4, 2, 1)))
    cases = [
        (nn.Sequential(nn.LazyConv2d(4, 1), nn.Conv2d(4, 2, 1)), "'0' in this Sequential is lazy and has no 'weight'"),
        (scripted, "this RecursiveScriptModule is scripted by TorchScript"),
        (inference, "'weight' of 'a' in this TwoLayers was made in inference mode"),
    ]
    for model, message in cases:
        with pytest.raises(InputError, match=message):
            prune_structured(model, torch.randn(2, 3, 4, 4), ratio=0.5)


@pytest.mark.parametrize("run_first", [False, True])
@pytest.mark.parametrize(
    "norm", [nn.utils.spectral_norm, nn.utils.parametrizations.spectral_norm], ids=["hook", "parametrized"]
)
def test_a_layer_under_spectral_norm_stays_and_the_others_shrink(norm, run_first: bool) -> None:
    model = TwoLayers().double().eval()
    norm(model.a)
    x = torch.randn(2, 3, 4, 4, dtype=torch.float64)
    if run_first:
        model(x)
    graph = dependency_graph(model, x)
    assert [group.producers for group in graph.groups] == [("b",)]
    smaller = remove_units(model, graph, {"b": [1, 4]})
    columns = [0, 2, 3, 5]
    by_hand = F.conv2d(model.between(model.a(x)), model.b.weight[columns], model.b.bias[columns]).mean((2, 3))
    torch.testing.assert_close(smaller(x), F.linear(by_hand, model.fc.weight[:, columns], model.fc.bias))


def test_constants_without_a_dimension_and_outputs_of_truth_values_are_followed() -> None:
    def where(x: Tensor) -> Tensor:
        return torch.where(x > 0, x, torch.full([], -1.0, dtype=x.dtype))

    model, x = TwoLayers(where, lambda x: x > 0).double(), torch.randn(5, 3, 4, 4, dtype=torch.float64)
    graph = dependency_graph(model, x)
    assert "b" in producing(graph)
    smaller, silent = remove_units(model, graph, {"b": [0]}), silence_units(model, graph, {"b": [0]})
    assert smaller(x).dtype == torch.bool and torch.equal(smaller(x), silent(x))


class Auxiliary(TwoLayers):
    """A second classifier that runs in training only and that reads the hidden channels, as GoogLeNet's do."""

    def __init__(self, reject: bool = False) -> None:
        super().__init__()
        self.aux, self.reject = (
            nn.Sequential(nn.Conv2d(4, 5, 1), nn.BatchNorm2d(5), nn.ReLU(), nn.Conv2d(5, 2, 1)),
            reject,
        )

    def forward(self, x: Tensor):
        hidden = self.a(x)
        logits = self.fc(self.b(hidden).mean((2, 3)))
        if not self.training:
            return logits
        if self.reject and hidden.sum() > 0:
            hidden = -hidden
        return logits, self.aux(hidden).mean((2, 3))


def test_a_branch_that_runs_in_training_only_loses_the_same_channels() -> None:
    model, x = Auxiliary().double(), torch.randn(1, 3, 1, 1, dtype=torch.float64)
    graph = dependency_graph(model, x)
    assert producing(graph) == {"a": ("a",), "b": ("b",), "aux.0": ("aux.0",)}
    assert graph.group("a").consumers == ("b", "aux.0")
    smaller = remove_units(model, graph, {"a": [1], "aux.0": [0, 2]})
    silent = silence_units(model, graph, {"a": [1], "aux.0": [0, 2]})
    batch = torch.randn(4, 3, 5, 5, dtype=torch.float64)
    for found, expected in zip(smaller.train()(batch), silent.train()(batch), strict=True):
        torch.testing.assert_close(found, expected)


def test_all_stays_where_a_branch_of_training_cannot_be_traced() -> None:
    graph = dependency_graph(Auxiliary(reject=True), torch.randn(2, 3, 4, 4))
    assert graph.groups == ()
    assert graph.pinned["a"] == "'aux.0' doesn't run in evaluation, and the pass in training mode, where it may, fails"


def test_googlenet_still_trains_after_removal() -> None:
    model = torchvision.models.googlenet(num_classes=3, init_weights=False).eval()
    smaller = prune_structured(model, torch.randn(1, 3, 64, 64), ratio=0.5)
    assert smaller.aux1.conv.conv.in_channels == 256
    assert [tuple(out.shape) for out in smaller.train()(torch.randn(2, 3, 64, 64))] == [(2, 3)] * 3
