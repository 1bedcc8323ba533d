"""The networks: shapes, parameter counts, and equality with torchvision's ResNet-18 and PyTorch's attention."""

import pytest
import torch
import torchvision
from torch import nn

from compresslab.cost import mac_count, parameter_count
from compresslab.errors import InputError
from compresslab.models import InvertedResidual, mlp, mobilenet, resnet18, small_cnn, staged_resnet, tiny_vit


def randomise(model: nn.Module) -> nn.Module:
    """Give batch-norm statistics and affine parameters values that a swapped tensor would betray."""
    for name, tensor in model.state_dict().items():
        if tensor.is_floating_point():
            tensor.copy_(torch.rand_like(tensor) + 0.5 if "var" in name else torch.randn_like(tensor) * 0.2)
    return model.eval()


def test_resnet18_computes_what_torchvisions_does() -> None:
    torch.manual_seed(0)
    ours = randomise(resnet18(width=64)).double()
    theirs = torchvision.models.resnet18(num_classes=10).double().eval()
    theirs.conv1 = nn.Conv2d(3, 64, 3, padding=1, bias=False).double()
    theirs.maxpool = nn.Identity()
    theirs.load_state_dict(ours.state_dict())
    images = torch.randn(2, 3, 32, 32, dtype=torch.float64)
    torch.testing.assert_close(ours(images), theirs(images), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    ("model", "shape"),
    [
        (mlp(inputs=3 * 16, hidden=(7, 5), classes=4), (3, 3, 4, 4)),
        (small_cnn(channels=2, classes=4, width=3), (1, 2, 8, 8)),
        (small_cnn(channels=1, classes=4, width=1), (3, 1, 4, 4)),
        (resnet18(width=5, channels=1, classes=4), (2, 1, 32, 32)),
        (mobilenet(width=3, channels=1, classes=4), (2, 1, 8, 8)),
        (mobilenet(width=2, classes=4, activation="hardswish"), (2, 3, 32, 32)),
        (tiny_vit(channels=3, image_size=12, patch=4, dim=12, depth=2, heads=3, classes=4), (2, 3, 12, 12)),
    ],
)
def test_logits_have_one_column_a_class(model: nn.Module, shape: tuple[int, ...]) -> None:
    assert model.eval()(torch.randn(shape)).shape == (shape[0], 4)


@pytest.mark.parametrize(
    "build",
    [mlp, small_cnn, lambda: mobilenet(channels=1), lambda: resnet18(width=8), tiny_vit],
    ids=["mlp", "small_cnn", "mobilenet", "resnet18", "tiny_vit"],
)
def test_no_activation_module_is_used_twice(build) -> None:
    model, calls = build().eval(), {}
    for module in model.modules():
        if isinstance(module, (nn.ReLU, nn.ReLU6, nn.GELU)):
            module.register_forward_hook(lambda m, *_: calls.__setitem__(m, calls.get(m, 0) + 1))
    model(torch.randn(2, 3, 32, 32) if hasattr(model, "bn1") else torch.randn(2, 1, 8, 8))
    assert calls and set(calls.values()) == {1}


@pytest.mark.parametrize(("inputs", "outputs", "stride", "expansion"), [(6, 6, 1, 4), (6, 8, 2, 4), (6, 6, 1, 1)])
def test_an_inverted_residual_computes_what_torchvisions_does(inputs, outputs, stride, expansion) -> None:
    ours = randomise(InvertedResidual(inputs, outputs, stride, expansion, "relu6")).double()
    theirs = torchvision.models.mobilenetv2.InvertedResidual(inputs, outputs, stride, expansion).double().eval()
    theirs.load_state_dict(dict(zip(theirs.state_dict(), ours.state_dict().values(), strict=True)))
    x = torch.randn(2, inputs, 9, 9, dtype=torch.float64)
    torch.testing.assert_close(ours(x), theirs(x), rtol=1e-12, atol=1e-12)


def test_the_mobilenet_costs_what_its_documentation_says() -> None:
    model = mobilenet()
    assert parameter_count(model) == 252_394
    assert mac_count(model, (1, 3, 32, 32)) == 14_209_536
    assert model.stages(model.stem(torch.zeros(2, 3, 32, 32))).shape == (2, 96, 4, 4)


def test_attention_is_pytorchs_multi_head_attention() -> None:
    torch.manual_seed(0)
    layer = tiny_vit(dim=12, heads=3).layers[0].attention.double()
    reference = nn.MultiheadAttention(12, 3, batch_first=True).double()
    with torch.no_grad():
        reference.in_proj_weight.copy_(torch.cat([layer.q.weight, layer.k.weight, layer.v.weight]))
        reference.in_proj_bias.copy_(torch.cat([layer.q.bias, layer.k.bias, layer.v.bias]))
        reference.out_proj.load_state_dict(layer.out.state_dict())
    x = torch.randn(2, 5, 12, dtype=torch.float64)
    torch.testing.assert_close(layer(x), reference(x, x, x, need_weights=False)[0])


@pytest.mark.parametrize(
    ("build", "named"),
    [
        (lambda: resnet18(width=0), "width=0"),
        (lambda: mlp(hidden=(8, 0)), r"hidden\[1\]=0"),
        (lambda: small_cnn(channels=-1), "channels=-1"),
        (lambda: mobilenet(width=0), "width=0"),
        (lambda: mobilenet(activation="relu"), "activation='relu'"),
        (lambda: tiny_vit(image_size=8, patch=3), "patch=3"),
        (lambda: tiny_vit(dim=10, heads=4), "heads=4"),
    ],
    ids=["width", "hidden", "channels", "mobilenet", "activation", "patch", "heads"],
)
def test_impossible_sizes_are_refused_by_name(build, named: str) -> None:
    with pytest.raises(InputError, match=named):
        build()


def test_stages_of_the_same_widths_are_resnet18() -> None:
    whole, staged = resnet18(width=4).eval(), staged_resnet(widths=(4, 8, 16, 32), blocks=2).eval()
    tensors = list(whole.state_dict().values())
    staged.load_state_dict(dict(zip(staged.state_dict(), tensors, strict=True)))
    images = torch.randn(2, 3, 32, 32)
    assert torch.equal(staged(images), whole(images))


@pytest.mark.parametrize(("blocks", "depth", "published"), [(3, 20, 0.27), (5, 32, 0.46), (9, 56, 0.85)])
def test_staged_resnets_are_those_of_the_paper_but_for_projections(blocks: int, depth: int, published: float) -> None:
    model = staged_resnet(blocks=blocks)
    layers = [m for m in model.modules() if isinstance(m, nn.Conv2d | nn.Linear)]
    shortcuts = [m for m in layers if isinstance(m, nn.Conv2d) and m.kernel_size == (1, 1)]
    assert len(layers) - len(shortcuts) == depth and len(shortcuts) == 2
    projections = sum(m.weight.numel() + 2 * m.out_channels for m in shortcuts)  # each with its batch-norm
    assert round((parameter_count(model) - projections) / 1e6, 2) == published  # table 6 of He et al. 2016


def test_a_network_without_stages_is_refused() -> None:
    with pytest.raises(InputError, match="widths is empty"):
        staged_resnet(widths=())
