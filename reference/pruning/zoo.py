"""The networks of `coverage.py`: public families at their smallest, and small modules that do one odd thing each.

Every entry is a builder, called after a fixed seed, which gives a network and an example in float32 (or whole numbers
where it takes token ids). Nothing is downloaded: all weights are random.
"""

import functools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils import parametrizations, parametrize

Built = tuple[nn.Module, Tensor]
Builder = Callable[[], Built]

TORCHVISION: Mapping[str, int] = {  # the smallest of each classification family, and the side of its images
    "alexnet": 64,
    "convnext_tiny": 64,
    "densenet121": 64,
    "efficientnet_b0": 64,
    "efficientnet_v2_s": 64,
    "googlenet": 96,
    "inception_v3": 299,
    "maxvit_t": 224,
    "mnasnet0_5": 64,
    "mobilenet_v2": 64,
    "mobilenet_v3_small": 64,
    "regnet_x_400mf": 64,
    "regnet_y_400mf": 64,
    "resnet18": 64,
    "resnet50": 64,
    "resnext50_32x4d": 64,
    "shufflenet_v2_x0_5": 64,
    "squeezenet1_1": 64,
    "swin_t": 64,
    "swin_v2_t": 64,
    "vgg11": 64,
    "vgg11_bn": 64,
    "vit_b_16": 224,
    "wide_resnet50_2": 64,
}
TIMM: Mapping[str, int] = {  # the same of timm
    "cait_xxs24_224": 224,
    "coat_lite_tiny": 224,
    "convnext_atto": 64,
    "convnextv2_atto": 64,
    "crossvit_tiny_240": 240,
    "cspresnet50": 64,
    "dla46_c": 64,
    "dpn48b": 64,
    "edgenext_xx_small": 64,
    "efficientformer_l1": 224,
    "efficientvit_b0": 64,
    "ese_vovnet19b_dw": 64,
    "fastvit_t8": 64,
    "ghostnet_050": 64,
    "gmlp_s16_224": 224,
    "hardcorenas_a": 64,
    "hgnetv2_b0": 64,
    "hrnet_w18_small": 64,
    "inception_next_atto": 64,
    "lcnet_050": 64,
    "legacy_seresnet18": 64,
    "levit_128s": 224,
    "mixer_s32_224": 224,
    "mixnet_s": 64,
    "mobilenetv4_conv_small": 64,
    "mobileone_s0": 64,
    "mobilevit_xxs": 64,
    "nf_regnet_b1": 64,
    "pit_ti_224": 224,
    "poolformer_s12": 64,
    "regnety_002": 64,
    "repvgg_a0": 64,
    "res2net50_48w_2s": 64,
    "resmlp_12_224": 224,
    "resnest14d": 64,
    "resnet10t": 64,
    "rexnet_100": 64,
    "selecsls42": 64,
    "skresnet18": 64,
    "starnet_s1": 64,
    "tinynet_e": 64,
    "vit_tiny_patch16_224": 224,
    "xcit_nano_12_p16_224": 224,
}
TINY = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 64, "vocab_size": 50}
TRANSFORMERS: Mapping[str, dict[str, Any]] = {  # configurations of Hugging Face's, by the name of the architecture
    "Albert": TINY | {"embedding_size": 16},
    "Bert": TINY,
    "DebertaV2": TINY,
    "DistilBert": {"dim": 32, "n_layers": 2, "n_heads": 4, "hidden_dim": 64, "vocab_size": 50},
    "Electra": TINY | {"embedding_size": 16},
    "GPT2": {"n_embd": 32, "n_layer": 2, "n_head": 4, "vocab_size": 50},
    "GPTNeoX": TINY,
    "Llama": TINY | {"num_key_value_heads": 2},
    "Mistral": TINY | {"num_key_value_heads": 2, "head_dim": 8},
    "MobileBert": TINY | {"embedding_size": 32, "intra_bottleneck_size": 32},
    "OPT": TINY | {"ffn_dim": 64, "word_embed_proj_dim": 32},
    "Qwen2": TINY | {"num_key_value_heads": 2},
    "Roberta": TINY,
    "T5Encoder": {"d_model": 32, "d_kv": 8, "d_ff": 64, "num_layers": 2, "num_heads": 4, "vocab_size": 50},
}


def zoo() -> Iterator[tuple[str, str, Builder]]:
    """All networks, small ones first: family, name, builder."""
    for name, build in odd().items():
        yield "odd", name, build
    for name in TRANSFORMERS:
        yield "transformers", name, functools.partial(_transformer, name)
    for name, side in TORCHVISION.items():
        yield "torchvision", name, functools.partial(_torchvision, name, side)
    for name, side in TIMM.items():
        yield "timm", name, functools.partial(_timm, name, side)


def _torchvision(name: str, side: int) -> Built:
    import torchvision

    settings = {"init_weights": False} if name in ("googlenet", "inception_v3") else {}
    return torchvision.models.get_model(name, weights=None, **settings), torch.randn(2, 3, side, side)


def _timm(name: str, side: int) -> Built:
    import timm

    return timm.create_model(name, pretrained=False), torch.randn(2, 3, side, side)


class LastHidden(nn.Module):
    """A language model as a function from token ids to its last hidden states."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, ids: Tensor) -> Tensor:
        return self.model(input_ids=ids, return_dict=True).last_hidden_state


def _transformer(name: str) -> Built:
    import transformers

    config = getattr(transformers, name.removesuffix("Encoder") + "Config")(**TRANSFORMERS[name])
    config.use_cache = False
    # The pooler's result isn't returned here, and a layer that runs for nothing would be another matter.
    settings = {"add_pooling_layer": False} if name in ("Albert", "Bert", "MobileBert", "Roberta") else {}
    return LastHidden(getattr(transformers, name + "Model")(config, **settings)), torch.randint(1, 50, (2, 12))


class Net(nn.Module):
    """Layers by name, and a function of them and the input."""

    def __init__(self, function: Callable[..., Any], **layers: nn.Module) -> None:
        super().__init__()
        self.function = function
        for name, layer in layers.items():
            self.add_module(name, layer)

    def forward(self, x: Tensor) -> Any:
        return self.function(self, x)


class Plain(nn.Module):
    """Two convolutions and a linear layer: the base of modules that are odd in another way than their forward."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b, self.fc = nn.Conv2d(3, 8, 3, padding=1), nn.Conv2d(8, 8, 3, padding=1), nn.Linear(8, 3)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc(self.b(self.a(x).relu()).relu().mean((2, 3)))


class Doubled(nn.Module):
    """A parametrization: twice the weight."""

    def forward(self, weight: Tensor) -> Tensor:
        return 2 * weight


def conv(inputs: int, outputs: int, size: int = 3, **settings: Any) -> nn.Conv2d:
    """A convolution that keeps the size of the image."""
    return nn.Conv2d(inputs, outputs, size, padding=size // 2, **settings)


def head(channels: int) -> nn.Sequential:
    """Pooled, to three classes."""
    return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 3))


def images(function: Callable[..., Any], **layers: nn.Module) -> Built:
    """A network of these layers for images, with `a`, `b` and `head` of 8 channels unless they are given."""
    layers = {"a": conv(3, 8), "b": conv(8, 8), "head": head(8)} | layers
    return Net(function, **layers), torch.randn(2, 3, 8, 8)


def tokens(function: Callable[..., Any], **layers: nn.Module) -> Built:
    """The same for sequences (2, 6, 8), with linear layers `a`, `b` and `head`."""
    layers = {"a": nn.Linear(8, 16), "b": nn.Linear(16, 8), "head": nn.Linear(8, 3)} | layers
    return Net(function, **layers), torch.randn(2, 6, 8)


def changed(change: Callable[[Plain], Any]) -> Built:
    """The plain network after `change`, or what that returns if it's a module."""
    model = Plain()
    result = change(model)
    return (result if isinstance(result, nn.Module) and result is not model.a else model), torch.randn(2, 3, 8, 8)


def sequence(*layers: nn.Module, shape: tuple[int, ...] = (2, 3, 8, 8)) -> Built:
    """One layer after the other."""
    return nn.Sequential(*layers), torch.randn(shape)


def odd() -> dict[str, Builder]:
    """Small modules by what is odd about them."""
    return _residual() | _sliced() | _convolutions() | _norms() | _shapes() | _sequences() | _outputs() | _kinds()


def _residual() -> dict[str, Builder]:
    def padded(m: Net, x: Tensor) -> Tensor:  # option A of He et al.: zeros for the channels that are missing
        x = m.a(x)
        return m.head(m.b(x.relu()) + F.pad(x, (0, 0, 0, 0, 4, 4)))

    def twice(m: Net, x: Tensor) -> Tensor:
        x = m.a(x)
        return m.head((x + m.b(x.relu())) + x)

    return {
        "residual": lambda: images(lambda m, x: m.head((y := m.a(x)) + m.b(y.relu()))),
        "residual in place": lambda: images(lambda m, x: m.head(m.b(m.a(x).relu()).add_(m.c(x))), c=conv(3, 8, 1)),
        "residual, projected": lambda: images(lambda m, x: m.head(m.b(m.a(x).relu()) + m.c(x)), c=conv(3, 8, 1)),
        "residual, zero-padded shortcut": lambda: images(padded, b=conv(8, 16), head=head(16)),
        "residual, added twice": lambda: images(twice),
        "residual of the input": lambda: images(lambda m, x: m.head(m.a(x + m.c(m.d(x)))), c=conv(8, 3), d=conv(3, 8)),
        "residual, scaled by a number": lambda: images(lambda m, x: m.head((y := m.a(x)) + 0.3 * m.b(y))),
        "residual, subtracted": lambda: images(lambda m, x: m.head((y := m.a(x)) - m.b(y))),
        "residual, maximum": lambda: images(lambda m, x: m.head(torch.maximum(y := m.a(x), m.b(y)))),
        "product of two branches": lambda: images(lambda m, x: m.head(m.a(x) * m.c(x).sigmoid()), c=conv(3, 8)),
        "stacked and summed": lambda: images(lambda m, x: m.head(torch.stack([m.a(x), m.c(x)]).sum(0)), c=conv(3, 8)),
        "squeeze and excitation": lambda: images(
            lambda m, x: m.head((y := m.a(x)) * m.up(m.down(y.mean((2, 3), keepdim=True)).relu()).sigmoid()),
            down=conv(8, 4, 1),
            up=conv(4, 8, 1),
        ),
        "one map for all channels": lambda: images(lambda m, x: m.head(m.a(x) * m.c(x).sigmoid()), c=conv(3, 1)),
    }


def _sliced() -> dict[str, Builder]:
    def shuffled(m: Net, x: Tensor) -> Tensor:
        y = m.a(x)
        n, c, h, w = y.shape
        return m.head(m.b(y.view(n, 2, c // 2, h, w).transpose(1, 2).reshape(n, c, h, w)))

    def halves(m: Net, x: Tensor) -> Tensor:
        one, other = m.a(x).chunk(2, 1)
        return m.head(torch.cat([one, m.c(other)], 1))

    def c2f(m: Net, x: Tensor) -> Tensor:  # a block of YOLOv8
        parts = list(m.a(x).chunk(2, 1))
        parts.append(parts[-1] + m.c(parts[-1]))
        return m.head(m.d(torch.cat(parts, 1)))

    def shuffle_unit(m: Net, x: Tensor) -> Tensor:
        one, other = m.a(x).chunk(2, 1)
        y = torch.stack([one, m.c(other)], 2).flatten(1, 2)  # the same as its view, transpose, view
        return m.head(m.d(y))

    return {
        "cat": lambda: images(lambda m, x: m.d(torch.cat([m.a(x), m.c(x)], 1)), c=conv(3, 4), d=head(12)),
        "cat with the input": lambda: images(lambda m, x: m.d(torch.cat([x, m.a(x)], 1)), d=head(11)),
        "cat with itself": lambda: images(lambda m, x: m.d(torch.cat([y := m.a(x), y.relu()], 1)), d=head(16)),
        "dense block": lambda: images(lambda m, x: m.d(torch.cat([y := m.a(x), m.b(y)], 1)), d=head(16)),
        "chunk, one half through a layer": lambda: images(halves, c=conv(4, 4)),
        "chunk, gated": lambda: images(lambda m, x: m.d(F.glu(m.a(x), 1)), d=head(4)),
        "chunk, summed": lambda: images(lambda m, x: m.d(sum(m.a(x).chunk(2, 1))), d=head(4)),
        "split, unequal": lambda: images(
            lambda m, x: m.c((p := m.a(x).split([2, 6], 1))[0]) + m.d(p[1]), c=head(2), d=head(6)
        ),
        "C2f": lambda: images(c2f, c=conv(4, 4), d=conv(12, 8)),
        "channel shuffle": lambda: images(shuffled),
        "slice of channels": lambda: images(lambda m, x: m.d(m.a(x)[:, 2:6]), d=head(4)),
        "every second channel": lambda: images(lambda m, x: m.d(m.a(x)[:, ::2]), d=head(4)),
        "reversed channels": lambda: images(lambda m, x: m.head(m.a(x).flip(1))),
        "channels by index": lambda: images(lambda m, x: m.head(m.a(x)[:, [3, 1, 0, 2, 7, 6, 5, 4]])),
        "split in halves of the input": lambda: images(
            lambda m, x: m.d(torch.maximum(*(y := m.a(x)).split(y.shape[1] // 2, 1))), d=head(4)
        ),
        "slice of half the input": lambda: images(lambda m, x: m.d((y := m.a(x))[:, : y.shape[1] // 2]), d=head(4)),
        "tensor_split": lambda: images(lambda m, x: m.d(torch.tensor_split(m.a(x), 2, 1)[1]), d=head(4)),
        "stacked and interleaved": lambda: images(
            lambda m, x: m.d(torch.stack([m.a(x), m.c(x)], 2).flatten(1, 2)), c=conv(3, 8), d=head(16)
        ),
        "channel shuffle, inferred": lambda: images(
            lambda m, x: m.head(m.b((y := m.a(x)).unflatten(1, (2, -1)).transpose(1, 2).reshape(y.shape)))
        ),
        "unit of ShuffleNetV2": lambda: images(shuffle_unit, c=conv(4, 4), d=conv(8, 8)),
        "unbind": lambda: images(lambda m, x: m.c(torch.stack(m.a(x).unbind(1)[:4], 1)), c=head(4)),
    }


def _convolutions() -> dict[str, Builder]:
    return {
        "depthwise": lambda: images(lambda m, x: m.head(m.c(m.a(x))), c=conv(8, 8, groups=8)),
        "depthwise, two filters a channel": lambda: images(
            lambda m, x: m.c(m.b(m.a(x))), b=conv(8, 16, groups=8), c=head(16)
        ),
        "grouped": lambda: images(lambda m, x: m.head(m.c(m.a(x)).relu()), c=conv(8, 8, groups=2)),
        "transposed": lambda: images(lambda m, x: m.head(m.c(m.a(x))), c=nn.ConvTranspose2d(8, 8, 2, 2)),
        "transposed, depthwise": lambda: images(
            lambda m, x: m.head(m.c(m.a(x))), c=nn.ConvTranspose2d(8, 8, 2, 2, groups=8)
        ),
        "transposed, grouped": lambda: images(
            lambda m, x: m.head(m.b(m.c(m.a(x)))), c=nn.ConvTranspose2d(8, 8, 2, 2, groups=2)
        ),
        "transposed, depthwise, two filters a channel": lambda: images(
            lambda m, x: m.d(m.c(m.a(x))), c=nn.ConvTranspose2d(8, 16, 2, 2, groups=8), d=head(16)
        ),
        "transposed, one dimension": lambda: sequence(
            nn.Conv1d(3, 8, 3), nn.ConvTranspose1d(8, 6, 3), nn.Conv1d(6, 4, 3), shape=(2, 3, 9)
        ),
        "dilated, reflected": lambda: images(
            lambda m, x: m.head(m.c(m.a(x))), c=conv(8, 8, dilation=1, padding_mode="reflect")
        ),
        "one dimension": lambda: sequence(nn.Conv1d(3, 8, 3), nn.ReLU(), nn.Conv1d(8, 4, 3), shape=(2, 3, 9)),
        "three dimensions": lambda: sequence(nn.Conv3d(2, 6, 3), nn.ReLU(), nn.Conv3d(6, 3, 1), shape=(2, 2, 5, 5, 5)),
        "pixel shuffle": lambda: images(lambda m, x: m.c(F.pixel_shuffle(m.b(m.a(x)), 2)), c=head(2)),
        "upsampled": lambda: images(lambda m, x: m.head(F.interpolate(m.b(m.a(x)), scale_factor=2, mode="bilinear"))),
        "bilinear": lambda: sequence_of_bilinear(),
        "functional convolution": lambda: images(lambda m, x: m.head(F.conv2d(m.a(x), m.b.weight * 0.5, padding=1))),
    }


def sequence_of_bilinear() -> Built:
    """Two branches that meet in a bilinear layer."""
    return tokens(lambda m, x: m.c(m.a(x), m.d(x)), c=nn.Bilinear(16, 4, 3), d=nn.Linear(8, 4))


def _norms() -> dict[str, Builder]:
    def after(norm: nn.Module) -> Built:
        return images(lambda m, x: m.head(m.b(m.n(m.a(x)).relu())), n=norm)

    def frozen(m: Net, x: Tensor) -> Tensor:
        return m.head(m.b(F.batch_norm(m.a(x), m.n.running_mean, m.n.running_var)))

    return {
        "BatchNorm": lambda: after(nn.BatchNorm2d(8)),
        "BatchNorm without scale": lambda: after(nn.BatchNorm2d(8, affine=False)),
        "BatchNorm without statistics": lambda: after(nn.BatchNorm2d(8, track_running_stats=False)),
        "BatchNorm, functional": lambda: images(frozen, n=nn.BatchNorm2d(8)),
        "GroupNorm": lambda: after(nn.GroupNorm(2, 8)),
        "GroupNorm of one group": lambda: after(nn.GroupNorm(1, 8)),
        "GroupNorm of single channels": lambda: after(nn.GroupNorm(8, 8)),
        "GroupNorm in a residual stream": lambda: images(
            lambda m, x: m.head((y := m.a(x)) + m.b(m.n(y).relu())), n=nn.GroupNorm(4, 8)
        ),
        "InstanceNorm": lambda: after(nn.InstanceNorm2d(8, affine=True)),
        "LocalResponseNorm": lambda: after(nn.LocalResponseNorm(3)),
        "LayerNorm over images": lambda: after(nn.LayerNorm([8, 8, 8])),
        "PReLU": lambda: after(nn.PReLU(8)),
        "PReLU, shared": lambda: after(nn.PReLU()),
        "LayerNorm": lambda: tokens(lambda m, x: m.head(m.b(m.n(m.a(x)))), n=nn.LayerNorm(16)),
        "RMSNorm": lambda: tokens(lambda m, x: m.head(m.b(m.n(m.a(x)))), n=nn.RMSNorm(16)),
        "softmax over channels": lambda: images(lambda m, x: m.head(m.a(x).softmax(1))),
        "normalised vectors": lambda: tokens(lambda m, x: m.head(m.b(F.normalize(m.a(x), dim=-1)))),
        "Dropout and GELU": lambda: images(lambda m, x: m.head(m.b(F.dropout(F.gelu(m.a(x)), 0.5, m.training)))),
    }


def _shapes() -> dict[str, Builder]:
    def by_size(m: Net, x: Tensor) -> Tensor:
        return m.head(m.b(m.a(x))) if x.shape[-1] > 4 else m.head(m.a(x))

    return {
        "flatten to linear": lambda: images(lambda m, x: m.c(m.b(m.a(x)).flatten(1)), c=nn.Linear(512, 3)),
        "flatten after pooling": lambda: images(
            lambda m, x: m.c(F.max_pool2d(m.a(x), 4).flatten(1)), c=nn.Linear(32, 3)
        ),
        "fixed view": lambda: images(lambda m, x: m.c(m.a(x).view(-1, 512)), c=nn.Linear(512, 3)),
        "fixed view of channels": lambda: images(lambda m, x: m.head(m.b(m.a(x).view(-1, 8, 64).view(-1, 8, 8, 8)))),
        "channels last by permute": lambda: images(lambda m, x: m.c(m.a(x).permute(0, 2, 3, 1)), c=nn.Linear(8, 3)),
        "conditional on the size": lambda: images(by_size),
        "flattened with einsum": lambda: images(lambda m, x: m.c(torch.einsum("nchw->nc", m.a(x))), c=nn.Linear(8, 3)),
        "einsum with a weight": lambda: tokens(lambda m, x: m.head(torch.einsum("nti,oi->nto", m.a(x), m.b.weight))),
        "einsum per channel": lambda: tokens(
            lambda m, x: m.head(m.b(torch.einsum("ntc,nsc->nsc", m.a(x), m.g(x)))), g=nn.Linear(8, 16)
        ),
        "product with a weight": lambda: tokens(lambda m, x: m.head(m.a(x) @ m.g.weight), g=nn.Linear(8, 16)),
        "broadcast over positions": lambda: tokens(lambda m, x: m.head(m.b(m.a(x) * m.a(x.mean(1, keepdim=True))))),
        "mean over channels": lambda: images(lambda m, x: m.c(m.a(x).mean(1).flatten(1)), c=nn.Linear(64, 3)),
        "largest channel": lambda: images(lambda m, x: m.c(m.a(x).amax(1).flatten(1)), c=nn.Linear(64, 3)),
        "divided by the number of channels": lambda: images(lambda m, x: m.head(m.b((y := m.a(x)) / y.shape[1]))),
        "scalar where": lambda: images(
            lambda m, x: m.head(m.b(torch.where((y := m.a(x)) > 0, y, torch.full([], -1.0, dtype=y.dtype))))
        ),
        "Gram matrix": lambda: images(lambda m, x: m.c((y := m.a(x).flatten(2)).mT @ y), c=nn.Linear(64, 3)),
    }


def _sequences() -> dict[str, Builder]:
    def attention(m: Net, x: Tensor) -> Tensor:
        q, k, v = (m.qkv(x).view(2, 6, 3, 4, -1).permute(2, 0, 3, 1, 4)).unbind(0)
        return m.head(m.out(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)))

    def heads(m: Net, x: Tensor) -> Tensor:
        q, k, v = (layer(x).unflatten(-1, (4, -1)).transpose(1, 2) for layer in (m.q, m.k, m.v))
        return m.head(m.out(((q @ k.mT) / q.shape[-1] ** 0.5).softmax(-1).matmul(v).transpose(1, 2).flatten(2)))

    def tied(m: Net, x: Tensor) -> Tensor:
        return m.head(F.linear(m.a(x).relu(), m.a.weight.T))

    three = {name: nn.Linear(8, 16) for name in "qkv"}
    return {
        "MLP": lambda: tokens(lambda m, x: m.head(m.b(m.a(x).relu()))),
        "gated MLP": lambda: tokens(lambda m, x: m.head(m.b(m.a(x) * F.silu(m.g(x)))), g=nn.Linear(8, 16)),
        "attention, one projection": lambda: tokens(attention, qkv=nn.Linear(8, 48), out=nn.Linear(16, 8)),
        "attention, three projections": lambda: tokens(heads, **three, out=nn.Linear(16, 8)),
        "MultiheadAttention": lambda: tokens(
            lambda m, x: m.head(m.c(y := m.b(m.a(x)), y, y, need_weights=False)[0]),
            c=nn.MultiheadAttention(8, 2, batch_first=True),
        ),
        "TransformerEncoderLayer": lambda: sequence(
            nn.TransformerEncoderLayer(8, 2, 16, batch_first=True), nn.Linear(8, 3), shape=(2, 6, 8)
        ),
        "LSTM": lambda: tokens(lambda m, x: m.c(m.r(m.a(x))[0]), r=nn.LSTM(16, 8, batch_first=True), c=nn.Linear(8, 3)),
        "RNN": lambda: tokens(lambda m, x: m.c(m.r(m.a(x))[0]), r=nn.RNN(16, 8, batch_first=True), c=nn.Linear(8, 3)),
        "GRU": lambda: tokens(lambda m, x: m.c(m.r(m.a(x))[0]), r=nn.GRU(16, 8, batch_first=True), c=nn.Linear(8, 3)),
        "weight and its transpose": lambda: tokens(tied),
        "layer called twice": lambda: images(lambda m, x: m.head(m.b(m.b(m.a(x)).relu()))),
        "layer under two names": lambda: images(
            lambda m, x: m.head(m.e(m.b(m.a(x)))), **dict.fromkeys("be", conv(8, 8))
        ),
        "tied embedding": lambda: (
            Net(
                lambda m, x: F.linear(m.b(m.a(m.e(x)).relu()), m.e.weight),
                e=nn.Embedding(20, 8),
                a=nn.Linear(8, 16),
                b=nn.Linear(16, 8),
            ),
            torch.randint(0, 20, (2, 6)),
        ),
        "EmbeddingBag": lambda: (
            Net(lambda m, x: m.a(m.e(x)), e=nn.EmbeddingBag(20, 8), a=nn.Linear(8, 3)),
            torch.randint(0, 20, (2, 6)),
        ),
    }


def _outputs() -> dict[str, Builder]:
    def aux(m: Net, x: Tensor) -> Any:
        y = m.a(x)
        return (m.head(m.b(y)), m.c(y)) if m.training else m.head(m.b(y))

    def autocast(m: Net, x: Tensor) -> Tensor:
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=x.dtype == torch.float32):
            y = m.a(x)
        return m.head(m.b(y))

    return {
        "auxiliary head in training": lambda: images(aux, c=head(8)),
        "layer that never runs": lambda: images(lambda m, x: m.head(m.b(m.a(x))), c=conv(8, 8)),
        "two outputs": lambda: images(lambda m, x: (m.head(m.b(m.a(x))), m.a(x).mean())),
        "dictionary of outputs": lambda: images(lambda m, x: {"logits": m.head(m.b(y := m.a(x))), "hidden": y}),
        "truth values": lambda: images(lambda m, x: m.head(m.b(m.a(x))) > 0),
        "class numbers": lambda: images(lambda m, x: m.head(m.b(m.a(x))).argmax(1)),
        "output and None": lambda: images(lambda m, x: (m.head(m.b(m.a(x))), None)),
        "autocast inside": lambda: images(autocast),
        "no gradient inside": lambda: images(lambda m, x: m.head(m.b(torch.no_grad()(m.a)(x)))),
        "checkpointed": lambda: images(
            lambda m, x: m.head(torch.utils.checkpoint.checkpoint(m.b, m.a(x), use_reentrant=False))
        ),
    }


def _kinds() -> dict[str, Builder]:
    def inference() -> Built:
        with torch.inference_mode():
            model = Plain().double()
        return model, torch.randn(2, 3, 8, 8)

    def masked(model: Plain) -> None:
        from torch.nn.utils import prune

        prune.l1_unstructured(model.a, "weight", 0.5)

    def frozen(model: Plain) -> None:
        model.requires_grad_(False)

    def buffer(model: Plain) -> None:
        model.register_buffer("unused", torch.ones(8))

    def hook(model: Plain) -> None:
        model.a.register_forward_hook(lambda module, inputs, output: 2 * output)

    def unsized(model: Plain) -> nn.Module:
        return nn.Sequential(nn.ModuleDict({"only": model})["only"], nn.Identity())

    return {
        "scripted": lambda: changed(torch.jit.script),
        "made in inference mode": inference,
        "lazy": lambda: sequence(nn.LazyConv2d(8, 1), nn.ReLU(), nn.LazyConv2d(3, 1)),
        "parametrized": lambda: changed(
            lambda m: parametrize.register_parametrization(m.a, "weight", Doubled()) and None
        ),
        "weight_norm": lambda: changed(lambda m: parametrizations.weight_norm(m.a) and None),
        "spectral_norm": lambda: changed(lambda m: parametrizations.spectral_norm(m.a) and None),
        "spectral_norm, old": lambda: changed(lambda m: nn.utils.spectral_norm(m.a) and None),
        "PyTorch's masks": lambda: changed(masked),
        "frozen": lambda: changed(frozen),
        "unused buffer": lambda: changed(buffer),
        "forward hook": lambda: changed(hook),
        "nested": lambda: changed(unsized),
        "channels_last": lambda: changed(lambda m: m.to(memory_format=torch.channels_last) and None),
        "data-parallel": lambda: changed(nn.DataParallel),
        "one channel": lambda: images(lambda m, x: m.c(m.b(m.a(x))), a=conv(3, 1), b=conv(1, 1), c=head(1)),
        "no layers": lambda: images(lambda m, x: x.mean((2, 3)), a=nn.Identity(), b=nn.Identity(), head=nn.Identity()),
    }
