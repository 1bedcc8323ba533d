"""torch.optim.SGD takes the steps; the weights before each are cloned, and the loss is written as the mean of the negative log-probabilities."""
import torch
from torch import Tensor, nn


def fine_tune(
    model: nn.Module, batches: list[tuple[Tensor, Tensor]], *, learning_rate: float, score_rate: float
) -> dict[str, Tensor]:
    matrices = {name: p for name, p in model.named_parameters() if p.ndim == 2}
    sums = dict.fromkeys(matrices, 0)
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    for inputs, labels in batches:
        optimizer.zero_grad(set_to_none=True)
        log_probabilities = model(inputs).log_softmax(dim=1)
        loss = -log_probabilities.gather(1, labels[:, None]).mean()
        loss.backward()
        before = {name: p.detach().clone() for name, p in matrices.items()}
        optimizer.step()
        for name, p in matrices.items():
            sums[name] = sums[name] + before[name] * p.grad
    return {name: -score_rate * total for name, total in sums.items()}
