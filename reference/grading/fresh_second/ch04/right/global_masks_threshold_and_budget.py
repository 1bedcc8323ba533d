"""A threshold after all: what is above it stays, what is below it goes, and of what is equal to it only as many go as are still missing."""
import torch


def global_masks(state: dict[str, torch.Tensor], sparsity: float) -> dict[str, torch.Tensor]:
    magnitudes = {name: t.detach().abs().double() for name, t in state.items() if t.dim() > 1}
    values, _ = torch.sort(torch.cat([m.reshape(-1) for m in magnitudes.values()]))
    number = round(sparsity * len(values))
    if number == 0:
        return {name: torch.ones_like(m, dtype=torch.bool) for name, m in magnitudes.items()}
    threshold = values[number - 1]
    budget = number - int((values < threshold).sum())
    masks = {}
    for name, magnitude in magnitudes.items():
        stays = magnitude >= threshold
        flat = stays.reshape(-1)
        equal = (magnitude.reshape(-1) == threshold).nonzero().flatten()[:budget]
        flat[equal] = False
        budget -= len(equal)
        masks[name] = flat.reshape(magnitude.shape)
    return masks
