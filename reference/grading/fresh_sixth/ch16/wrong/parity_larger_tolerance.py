"""The larger of atol and rtol * |expected|, as math.isclose has it, in place of their sum.

Text: "|got - expected| <= atol + rtol * |expected|"
Input: `parity([(torch.tensor([[0.1]]), torch.tensor([[0.1015]]))], "float16")["beyond"]` -> promised 0, actual 1
"""

import math

from torch import Tensor


def parity(pairs: list[tuple[Tensor, Tensor]], dtype: str) -> dict[str, float]:
    if dtype == "float32":
        rtol, atol = 1e-4, 1e-5
    elif dtype == "float16":
        rtol, atol = 1e-2, 1e-3
    elif dtype == "int8":
        rtol, atol = 0.0, math.inf
    else:
        raise ValueError(dtype)
    largest, beyond, agree, rows = 0.0, 0, 0, 0
    for expected, got in pairs:
        if expected.shape != got.shape:
            raise ValueError("shapes")
        for wanted, came in zip(expected.tolist(), got.tolist()):
            rows += 1
            sound = True
            for x, y in zip(wanted, came):
                if not math.isfinite(y):
                    sound = False
                    beyond += 1
                    largest = math.inf
                    continue
                off = abs(y - x)
                largest = max(largest, off)
                if off > max(atol, rtol * abs(x)):
                    beyond += 1
            if sound and wanted.index(max(wanted)) == came.index(max(came)):
                agree += 1
    if rows == 0:
        raise ValueError("no rows")
    share = agree / rows
    passes = beyond == 0 and (dtype != "int8" or share >= 0.99)
    return {"largest": largest, "beyond": beyond, "agreement": share, "passes": passes}
