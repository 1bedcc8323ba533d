"""Takes "not zero" for "still there" and doesn't look at the mask: what an optimizer has moved comes back, and a kept zero isn't counted.

Text: "what is gone stays gone, even if an optimizer has moved it in the meantime".
Input: {"w": [[5., 1., 2., 3.]]}, masks [[F, T, T, T]], fraction 1/3 gives [[T, F, T, T]]; promised is [[F, F, T, T]].
"""
import torch


def prune_further(
    state: dict[str, torch.Tensor], masks: dict[str, torch.Tensor], fraction: float
) -> dict[str, torch.Tensor]:
    values = torch.cat([state[name].reshape(-1).abs() for name in masks])
    candidates = values.nonzero().flatten()
    number = round(fraction * candidates.numel())
    stays = values != 0
    stays[candidates[values[candidates].argsort()[:number]]] = False
    result, begin = {}, 0
    for name, mask in masks.items():
        result[name] = stays[begin : begin + mask.numel()].view(mask.shape)
        begin += mask.numel()
    return result
