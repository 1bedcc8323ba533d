"""An ExitStack takes back hooks and modes; a small class collects the range of one layer."""
import contextlib
import math

import torch
from torch import Tensor, nn


class _Span:
    def __init__(self) -> None:
        self.low, self.high = math.inf, -math.inf

    def __call__(self, layer: nn.Module, inputs: tuple, output: Tensor) -> None:
        if output.numel():
            low, high = torch.aminmax(output)
            self.low, self.high = min(self.low, low.item()), max(self.high, high.item())


def calibrate(model: nn.Module, batches: list[Tensor], names: list[str]) -> dict[str, tuple[float, float]]:
    spans = {name: _Span() for name in names}
    with contextlib.ExitStack() as stack:
        for module in model.modules():
            stack.callback(setattr, module, "training", module.training)
        for name, span in spans.items():
            stack.callback(model.get_submodule(name).register_forward_hook(span).remove)
        stack.enter_context(torch.no_grad())
        model.eval()
        for batch in batches:
            model(batch.clone())
    return {name: (span.low, span.high) for name, span in spans.items()}
