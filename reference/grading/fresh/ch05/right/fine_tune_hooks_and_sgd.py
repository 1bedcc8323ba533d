"""Unusual but correct: hooks on the parameters gather the scores while backward() runs, before the optimizer's step; they
are removed at the end."""
import torch
from torch import Tensor, nn


def fine_tune(
    model: nn.Module, batches: list[tuple[Tensor, Tensor]], *, learning_rate: float, score_rate: float
) -> dict[str, Tensor]:
    scores = {}
    handles = []
    for name, parameter in model.named_parameters():
        if len(parameter.shape) == 2:
            scores[name] = torch.zeros_like(parameter, requires_grad=False)

            def gather(weight, score=scores[name]):
                with torch.no_grad():
                    score.addcmul_(weight, weight.grad, value=-score_rate)

            handles.append(parameter.register_post_accumulate_grad_hook(gather))
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    criterion = nn.CrossEntropyLoss()
    try:
        for inputs, labels in batches:
            optimizer.zero_grad(set_to_none=True)
            criterion(model(inputs), labels).backward()
            optimizer.step()
    finally:
        for handle in handles:
            handle.remove()
    return scores
