"""What is gone counts as infinitely large, so that one sort over all positions finds the smallest of the others; the vector is float64."""
import torch


def prune_further(
    state: dict[str, torch.Tensor], masks: dict[str, torch.Tensor], fraction: float
) -> dict[str, torch.Tensor]:
    infinity = torch.tensor(float("inf"), dtype=torch.float64)
    size = torch.cat([
        torch.where(there, state[name].detach().double().abs(), infinity).reshape(-1) for name, there in masks.items()
    ])
    number = round(fraction * sum(there.count_nonzero().item() for there in masks.values()))
    new = size != infinity
    new[size.argsort(stable=True)[:number]] = False
    result = {}
    for name, there in masks.items():
        part, new = new[: there.numel()], new[there.numel() :]
        result[name] = part.reshape(there.shape).clone()
    return result
