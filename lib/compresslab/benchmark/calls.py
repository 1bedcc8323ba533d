"""What is timed: a call without arguments that does all of its work before it returns."""

from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn

from compresslab.errors import InputError


def inference_call(model: Callable[[Tensor], object], images: Tensor) -> Callable[[], object]:
    """A call that runs `model` on `images` as a server would: evaluation mode, no gradients.

    Args:
        model: a module in evaluation mode, or any callable such as an `OnnxModel`.
        images: (N, C, H, W) float32, one batch.

    Raises:
        InputError: the module is in training mode; its batch-norm would be timed doing something else. The first call
            raises one if a tensor of its result holds NaN or infinity: that would be the time of a broken model.

    >>> inference_call(nn.ReLU().eval(), torch.tensor([-1.0, 2.0]))()
    tensor([0., 2.])
    """
    if isinstance(model, nn.Module) and model.training:
        raise InputError("the model is in training mode: call model.eval() before timing it.")

    devices = {images.device}
    if isinstance(model, nn.Module):
        devices |= {tensor.device for tensor in (*model.parameters(), *model.buffers())}

    tried = False

    def call() -> object:
        nonlocal tried
        with torch.inference_mode():
            result = model(images)
            for device in devices:
                _wait_for(device)
            if not tried:  # once, in the warm-up: a check of every call would be timed with it
                _require_finite(result)
                tried = True
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


def _require_finite(result: object) -> None:
    """Refuse a result that holds NaN or infinity, in a tensor or in the tensors of a list, tuple or dict."""
    if isinstance(result, Tensor) and result.is_floating_point():
        bad = int((~torch.isfinite(result)).sum())
        if bad:
            raise InputError(
                f"{bad:,} of {result.numel():,} values of the model's output are NaN or infinite: its time would be "
                "that of a broken model."
            )
    elif isinstance(result, Mapping):
        _require_finite(list(result.values()))
    elif isinstance(result, list | tuple):
        for each in result:
            _require_finite(each)
