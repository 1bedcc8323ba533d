"""What a winning ticket's weights are worth: controls that keep their scale and change their values.

A dense initialisation has the spread that suits a dense layer: the variance of a sum over its inputs comes out right.
A mask leaves few inputs in the sum, so a random network under a ticket's mask starts with signals that fade from layer
to layer. To compare a ticket with that network alone compares two scales as well as two sets of values.

References:
    Liu et al. 2019, "Rethinking the Value of Network Pruning" (random weights scaled for the layer's density).
    Evci et al. 2022, "Gradient Flow in Sparse Neural Networks and How Lottery Tickets Win" (scaled for each neuron).
    Zhou et al. 2019, "Deconstructing Lottery Tickets: Zeros, Signs, and the Supermask" (reshuffled weights).
"""

import copy

import torch
from torch import nn

from compresslab.hidden_weights import require_plain_parameters
from compresslab.pruning.masks import Masks, apply_masks, masked_parameters


def rescale_for_density(model: nn.Module, masks: Masks) -> nn.Module:
    """A copy of `model` under the masks, each masked weight divided by the square root of its layer's density.

    With a share d of independent weights left, a sum over a layer's inputs has d times its dense variance on average;
    weights larger by 1 / sqrt(d) give it back. Before a normalisation that changes no signal, and makes training steps
    smaller relative to the weights. Biases stay. A layer of which nothing is left stays at zero.

    Args:
        model: freshly initialised, such as `random_ticket` gives it; not modified.
        masks: the ticket's, by the names of the weights.

    Raises:
        InputError: a mask names no parameter of the model or does not fit it.

    >>> layer = nn.Linear(4, 1, bias=False)
    >>> quarter = {"weight": torch.tensor([[True, False, False, False]])}
    >>> (rescale_for_density(layer, quarter).weight / layer.weight).abs().tolist()
    [[2.0, 0.0, 0.0, 0.0]]
    """
    scaled = apply_masks(model, masks)
    with torch.no_grad():
        for weight, mask in masked_parameters(scaled, masks):
            kept = int(mask.sum())
            if kept:
                weight.mul_((mask.numel() / kept) ** 0.5)
    return scaled


def shuffle_kept(model: nn.Module, masks: Masks, *, seed: int) -> nn.Module:
    """A copy of `model` under the masks, in each layer of which the weights that stay have changed places at random.

    The masks, and each layer's set of values with its scale, remain; which value stands where does not.

    Args:
        model: the ticket before its training; not modified.
        masks: the ticket's, by the names of the weights.
        seed: of the places; the same on every device.

    Raises:
        InputError: a mask names no parameter of the model or does not fit it.

    >>> layer = nn.Linear(4, 1)
    >>> half = {"weight": torch.tensor([[True, False, True, False]])}
    >>> shuffled = shuffle_kept(layer, half, seed=0)
    >>> torch.equal(shuffled.weight.sum(), layer.weight[0, 0] + layer.weight[0, 2])
    True
    """
    require_plain_parameters(model, purpose="pruning")
    shuffled = copy.deepcopy(model)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for weight, mask in masked_parameters(shuffled, masks):
            mask = mask.to(weight.device)
            values = weight[mask]
            order = torch.randperm(len(values), generator=generator).to(weight.device)
            weight.masked_fill_(~mask, 0.0)
            weight[mask] = values[order]
    return shuffled
