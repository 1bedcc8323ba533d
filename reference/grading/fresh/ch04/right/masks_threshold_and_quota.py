"""Right: a threshold (kthvalue), and of the weights equal to it just as many as are still missing, with a counter that runs over the layers."""
import torch


def global_masks(state: dict[str, torch.Tensor], sparsity: float) -> dict[str, torch.Tensor]:
    sizes = {n: t.detach().abs().double() for n, t in state.items() if t.ndim > 1}
    long = torch.cat([s.reshape(-1) for s in sizes.values()])
    count = int(sparsity * long.numel() + 0.5)
    if count == 0:
        return {n: torch.ones(s.shape, dtype=torch.bool) for n, s in sizes.items()}
    threshold = long.kthvalue(count).values
    quota = count - int((long < threshold).sum())
    masks = {}
    for name, size in sizes.items():
        equal = (size == threshold).reshape(-1)
        goes = equal & (equal.cumsum(0) <= quota)
        quota -= int(goes.sum())
        masks[name] = ~((size < threshold) | goes.reshape(size.shape))
    return masks
