"""Takes the zeros from torch.zeros(1), a float32 tensor: half-precision weights become float32.

With saved {"w": [[1., 2.]]} in float16 (or bfloat16), masks [[True, False]] the text promises float16, gives float32."""
import torch


def rewind(saved: dict[str, torch.Tensor], masks: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    zero = torch.zeros(1)
    return {n: torch.where(masks[n], t, zero) if n in masks else t.clone() for n, t in saved.items()}
