"""functional_call with the rounded weights, and torch.optim.SGD for the step; the loss is written as the mean of the negative log-probabilities."""
import torch
from torch import Tensor, nn
from torch.func import functional_call


def _rounded(weight: Tensor, bits: int) -> Tensor:
    qmax = 2 ** (bits - 1) - 1
    inner = tuple(range(1, weight.ndim))
    largest = weight.detach().abs().amax(dim=inner, keepdim=True)
    scale = torch.where(largest == 0, torch.ones_like(largest), largest / qmax)
    return fake_quantize(weight, scale, 0, qmin=-qmax, qmax=qmax)


def qat_step(model: nn.Module, inputs: Tensor, labels: Tensor, *, bits: int, learning_rate: float) -> float:
    names = {p: name for name, p in model.named_parameters()}
    weights = {m.weight for m in model.modules() if isinstance(m, (nn.Linear, nn.Conv2d))}
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    optimizer.zero_grad(set_to_none=True)
    logits = functional_call(model, {names[w]: _rounded(w, bits) for w in weights}, (inputs.clone(),))
    loss = -logits.log_softmax(dim=1)[torch.arange(len(labels)), labels].mean()
    loss.backward()
    optimizer.step()
    return loss.item()
