"""Cross-layer equalization: channels of very different size are made alike before one scale has to serve them all.

A ReLU passes a positive factor on: relu(s x) = s relu(x). So channel c of a layer can be divided by s_c, and the
weights that read it multiplied by s_c: the network computes the same. With r1 and r2 the largest magnitudes of the
channel's weights in the first and in the second layer, s_c = sqrt(r1 / r2) makes both sqrt(r1 r2). It needs no data. It
helps with one scale a layer, and with depthwise convolutions; with a scale for each channel there is less to gain.

Reference:
    Nagel et al. 2019, "Data-Free Quantization through Weight Equalization and Bias Correction", section 4.1.
"""

import torch
from torch import Tensor, fx, nn

from compresslab.arguments import whole
from compresslab.quantization.batch_norm import fold_batch_norm
from compresslab.quantization.graph import calls, is_relu, layer_of, traced


def equalize(model: nn.Module, *, rounds: int = 20) -> nn.Module:
    """A copy of the model, in evaluation mode and with batch-norm folded, whose neighbouring layers are equalized.

    Neighbours are two convolution or linear layers with nothing but a ReLU between them, and nothing else that reads
    the value between. A grouped second layer counts if it is depthwise.

    Args:
        model: not modified.
        rounds: how often all pairs are gone through, as each changes what its neighbours see.

    Raises:
        InputError: `rounds` is not a whole number of at least 1, or the model can't be traced.

    >>> model = nn.Sequential(nn.Linear(1, 2), nn.ReLU(), nn.Linear(2, 1))
    >>> _ = model[0].weight.data.copy_(torch.tensor([[100.0], [1.0]])), model[2].weight.data.copy_(torch.ones(1, 2))
    >>> equalize(model)[0].weight.flatten().tolist(), equalize(model)[2].weight.flatten().tolist()
    ([10.0, 1.0], [10.0, 1.0])
    """
    whole(rounds=rounds)
    equalized = fold_batch_norm(model)
    pairs = [
        (equalized.get_submodule(first), equalized.get_submodule(second))
        for first, second in neighbours(traced(equalized, purpose="equalizing layers"))
    ]
    with torch.no_grad():
        for _ in range(rounds):
            for first, second in pairs:
                _equalize_pair(first, second)
    return equalized


def neighbours(graph_module: fx.GraphModule) -> list[tuple[str, str]]:
    """The names of layers between which channels can be rescaled, in the order of execution.

    >>> neighbours(traced(nn.Sequential(nn.Linear(1, 2), nn.ReLU(), nn.Linear(2, 1)), purpose="an example"))
    [('0', '2')]
    """
    called = calls(graph_module)

    def single_user(node: fx.Node) -> fx.Node | None:
        return next(iter(node.users)) if len(node.users) == 1 else None

    found = []
    for node in graph_module.graph.nodes:
        first, user = layer_of(graph_module, node), single_user(node)
        while user is not None and (
            is_relu(graph_module, user) or isinstance(layer_of(graph_module, user), nn.Identity)
        ):
            user = single_user(user)
        second = layer_of(graph_module, user)
        if not (_rescalable(first) and _rescalable(second)) or user is None:
            continue
        ungrouped = isinstance(second, nn.Linear) or second.groups == 1
        depthwise = not ungrouped and second.groups == second.in_channels == second.out_channels
        alike = isinstance(first, nn.Linear) == isinstance(second, nn.Linear)  # between them a flatten would stand
        if (ungrouped or depthwise) and alike and called[str(node.target)] == called[str(user.target)] == 1:
            found.append((str(node.target), str(user.target)))
    return found


def _rescalable(layer: object) -> bool:
    convolution = isinstance(layer, nn.modules.conv._ConvNd) and not isinstance(layer, nn.modules.conv._ConvTransposeNd)
    return isinstance(layer, nn.Linear) or convolution


def _equalize_pair(first: nn.Module, second: nn.Module) -> None:
    w1, w2, b1 = first.weight, second.weight, first.bias
    assert isinstance(w1, Tensor)
    assert isinstance(w2, Tensor)
    by_input = w2 if getattr(second, "groups", 1) == 1 else w2.transpose(0, 1)  # depthwise: (C, 1, h, w)
    r1 = w1.abs().flatten(1).amax(1)
    r2 = by_input.abs().transpose(0, 1).flatten(1).amax(1)
    s = torch.where((r1 > 0) & (r2 > 0), torch.sqrt(r1 / r2), torch.ones_like(r1))
    w1.div_(s.reshape(-1, *[1] * (w1.ndim - 1)))
    if isinstance(b1, Tensor):
        b1.div_(s)
    by_input.mul_(s.reshape(1, -1, *[1] * (w2.ndim - 2)))
