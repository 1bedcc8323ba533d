"""Batch-norm folding: the same function in float64, and PyTorch's own fusion."""

import copy

import pytest
import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from compresslab.errors import InputError
from compresslab.models import mobilenet, resnet18, small_cnn, tiny_vit
from compresslab.pruning import attach_masks
from compresslab.quantization import fold_batch_norm


def stirred(model: nn.Module, seed: int = 0) -> nn.Module:
    """With statistics, scales and shifts that are not those of a new batch-norm."""
    random = torch.Generator().manual_seed(seed)
    for module in model.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm) and module.running_mean is not None:
            module.running_mean.normal_(generator=random)
            module.running_var.uniform_(0.1, 3, generator=random)
            if module.affine:
                nn.init.normal_(module.weight, 1, 0.5, generator=random)
                nn.init.normal_(module.bias, generator=random)
    return model


def norms(model: nn.Module) -> int:
    return sum(isinstance(module, nn.modules.batchnorm._BatchNorm) for module in model.modules())


@pytest.mark.parametrize(
    ("model", "shape"),
    [
        (resnet18(width=4), (3, 3, 32, 32)),
        (mobilenet(width=4), (3, 3, 32, 32)),
        (small_cnn(), (3, 1, 8, 8)),
        (nn.Sequential(nn.Linear(5, 7), nn.BatchNorm1d(7)), (6, 5)),
        (nn.Sequential(nn.Conv1d(4, 6, 3, groups=2), nn.BatchNorm1d(6, affine=False)), (2, 4, 9)),
        (nn.Sequential(nn.Conv3d(2, 3, 2, bias=False), nn.BatchNorm3d(3)), (2, 2, 4, 4, 4)),
    ],
    ids=["resnet", "mobilenet", "cnn", "linear", "grouped", "3d"],
)
def test_the_function_is_the_same_in_float64(model, shape) -> None:
    model = stirred(copy.deepcopy(model)).double().train()
    x = torch.randn(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    before = copy.deepcopy(model.state_dict())
    folded = fold_batch_norm(model)
    assert norms(folded) == 0
    assert not folded.training
    assert type(folded) is type(model)
    assert model.training
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())
    torch.testing.assert_close(folded(x), model.eval()(x), rtol=1e-11, atol=1e-11)
    assert all(parameter.requires_grad for parameter in folded.parameters())


def test_the_weights_are_those_of_pytorchs_fusion() -> None:
    model = stirred(nn.Sequential(nn.Conv2d(3, 5, 3), nn.BatchNorm2d(5))).eval()
    theirs = fuse_conv_bn_eval(model[0], model[1])
    ours = fold_batch_norm(model)[0]
    torch.testing.assert_close(ours.weight, theirs.weight)
    torch.testing.assert_close(ours.bias, theirs.bias)


class Odd(nn.Module):
    """A convolution whose result is used twice, one that is called twice, a transposed one, and a norm by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.twice_used = nn.Conv2d(3, 3, 1)
        self.norm1 = nn.BatchNorm2d(3)
        self.twice_called = nn.Conv2d(3, 3, 1)
        self.norm2 = nn.BatchNorm2d(3)
        self.norm3 = nn.BatchNorm2d(3)
        self.up = nn.ConvTranspose2d(3, 3, 1)
        self.norm4 = nn.BatchNorm2d(3)
        self.first = nn.BatchNorm2d(3)

    def forward(self, x):
        y = self.twice_used(self.first(x))
        y = self.norm1(y) + y
        y = self.norm2(self.twice_called(y))
        return self.norm4(self.up(self.norm3(self.twice_called(y))))


def test_what_cannot_be_folded_stays_and_the_function_with_it() -> None:
    model = stirred(Odd()).double().eval()
    x = torch.randn(2, 3, 4, 4, dtype=torch.float64)
    folded = fold_batch_norm(model)
    assert norms(folded) == 5
    torch.testing.assert_close(folded(x), model(x))
    assert norms(fold_batch_norm(tiny_vit())) == 0


def test_a_weight_that_another_layer_shares_stays_there() -> None:
    model = stirred(nn.Sequential(nn.Conv2d(3, 3, 1), nn.BatchNorm2d(3), nn.Conv2d(3, 3, 1))).double().eval()
    model[2].weight, model[2].bias = model[0].weight, model[0].bias
    x = torch.randn(2, 3, 4, 4, dtype=torch.float64)
    torch.testing.assert_close(fold_batch_norm(model)(x), model(x))


class Deciding(nn.Module):
    def forward(self, x):
        return x if x.sum() > 0 else -x


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (Deciding(), "Deciding cannot be traced by torch.fx, which folding batch-norm needs"),
        (nn.Sequential(nn.Conv2d(1, 2, 1), nn.BatchNorm2d(2, track_running_stats=False)), "1 keeps no running"),
        (attach_masks(nn.Linear(2, 2), {"weight": torch.eye(2, dtype=torch.bool)}), "make_permanent"),
    ],
    ids=["decides", "statistics", "masks"],
)
def test_what_cannot_be_understood_is_refused(model, message) -> None:
    with pytest.raises(InputError, match=message):
        fold_batch_norm(model)
