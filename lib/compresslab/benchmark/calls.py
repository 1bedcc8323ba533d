"""What is timed: a call without arguments that does all of its work before it returns."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from compresslab.errors import InputError


def inference_call(model: Callable[[Tensor], object], images: Tensor) -> Callable[[], object]:
    """A call that runs `model` on `images` as a server would: evaluation mode, no gradients.

    Args:
        model: a module in evaluation mode, or any callable such as an `OnnxModel`.
        images: (N, C, H, W) float32, one batch.

    Raises:
        InputError: the module is in training mode; its batch-norm would be timed doing something else.

    >>> inference_call(nn.ReLU().eval(), torch.tensor([-1.0, 2.0]))()
    tensor([0., 2.])
    """
    if isinstance(model, nn.Module) and model.training:
        raise InputError("the model is in training mode: call model.eval() before timing it.")

    devices = {images.device}
    if isinstance(model, nn.Module):
        devices |= {tensor.device for tensor in (*model.parameters(), *model.buffers())}

    def call() -> object:
        with torch.inference_mode():
            result = model(images)
            for device in devices:
                _wait_for(device)
            return result

    own_threads = getattr(model, "threads", None)
    if isinstance(own_threads, int):  # a runtime's, such as an OnnxModel's
        call.threads = own_threads  # type: ignore[attr-defined]
    return call


def _wait_for(device: torch.device) -> None:
    """Until a device has run what was launched: the launch itself returns before the kernel has begun."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    elif device.type == "mps":
        torch.mps.synchronize()
