"""Right: a functional call with detached tensors; a place is zero always if the largest output there is zero."""
import torch
from torch import nn


def zero_shares(layer: nn.Module, x: torch.Tensor) -> dict[str, float | torch.Tensor]:
    tensors = {name: tensor.detach() for name, tensor in layer.state_dict().items()}
    after = nn.ReLU()(torch.func.functional_call(layer, tensors, (x.detach(),)))
    shares = [1 - row.count_nonzero().item() / row.numel() for row in after]
    largest = after.amax(dim=0)
    return {
        "weight": 1 - tensors["weight"].count_nonzero().item() / tensors["weight"].numel(),
        "outputs": torch.tensor(shares, dtype=torch.float64),
        "always": sum(1 for value in largest.flatten().tolist() if value == 0) / largest.numel(),
    }
