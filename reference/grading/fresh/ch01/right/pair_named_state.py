"""Right: a Sequential with named layers, made without initial values and filled by load_state_dict; thawed for sure."""
from collections import OrderedDict

from torch import nn


def factorize_linear(layer: nn.Linear, rank: int) -> nn.Sequential:
    first, second = low_rank_factors(layer.weight.detach().clone(), rank)
    state = {"down.weight": first, "up.weight": second}
    if layer.bias is not None:
        state["up.bias"] = layer.bias.detach().clone()
    make = nn.utils.skip_init
    pair = nn.Sequential(
        OrderedDict(
            down=make(nn.Linear, layer.in_features, rank, bias=False, dtype=layer.weight.dtype),
            up=make(nn.Linear, rank, layer.out_features, bias="up.bias" in state, dtype=layer.weight.dtype),
        )
    )
    pair.load_state_dict(state)
    return pair.requires_grad_(True)
