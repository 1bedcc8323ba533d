"""The values that are there, layer by layer by boolean indexing, a topk of those that stay, and masked_scatter back into the shapes."""
import torch


def prune_further(
    state: dict[str, torch.Tensor], masks: dict[str, torch.Tensor], fraction: float
) -> dict[str, torch.Tensor]:
    values = [state[name].detach()[there].abs().to(torch.float64) for name, there in masks.items()]
    together = torch.cat(values)
    stay = together.numel() - round(fraction * together.numel())
    verdict = torch.zeros(together.numel(), dtype=torch.bool)
    verdict[torch.topk(together, stay).indices] = True
    verdicts = iter(verdict.split([len(v) for v in values]))
    new = {}
    for name, there in masks.items():
        new[name] = torch.zeros(there.shape, dtype=torch.bool)
        new[name][there] = next(verdicts)
    return new
