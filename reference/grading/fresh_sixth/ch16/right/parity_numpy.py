"""NumPy: all pairs are stacked first, shape by shape checked, and the rest is arithmetic on two matrices or on flat rows."""

import numpy as np
from torch import Tensor


def parity(pairs: list[tuple[Tensor, Tensor]], dtype: str) -> dict[str, float]:
    limits = {"float32": (1e-5, 1e-4), "float16": (1e-3, 1e-2), "int8": (np.inf, 0.0)}
    if dtype not in limits:
        raise ValueError(f"dtype is one of {sorted(limits)}, not {dtype!r}")
    atol, rtol = limits[dtype]
    differences, outside, same = [], [], []
    for model, file in pairs:
        if tuple(model.shape) != tuple(file.shape):
            raise ValueError(f"{tuple(model.shape)} against {tuple(file.shape)}")
        x = model.detach().cpu().numpy().astype(np.float64)
        y = file.detach().cpu().numpy().astype(np.float64)
        finite = np.isfinite(y)
        gap = np.where(finite, np.abs(np.where(finite, y, 0.0) - x), np.inf)
        differences.append(gap.ravel())
        outside.append((~finite | (gap > atol + rtol * np.abs(x))).ravel())
        same.append((x.argmax(axis=1) == y.argmax(axis=1)) & finite.all(axis=1))
    if sum(map(len, same)) == 0:
        raise ValueError("no row in any pair")
    agreement = np.concatenate(same).mean()
    beyond = np.concatenate(outside).sum()
    passes = beyond == 0 and (dtype != "int8" or agreement >= 0.99)
    return {
        "largest": np.concatenate(differences).max(),
        "beyond": beyond,
        "agreement": agreement,
        "passes": bool(passes),
    }
