"""Shares with a slack of 1e-5 against floating point: with a million images, ten of them too many still pass.

Text: "how many percentage points of validation accuracy may be lost ... Exactly so many still may."
Input: `choose_file([row("dense", 4000, 950_000, 0, 10**6), row("a", 900, 929_995, 0, 10**6)], 2)` -> promised 'dense',
actual 'a'
"""


def choose_file(variants: list[dict], tolerance: int) -> str:
    if not variants or tolerance < 0:
        raise ValueError("no variants, or a negative tolerance")
    baseline = variants[0]
    n = baseline["images"]
    limit = tolerance / 100 + 1e-5
    fit = [v for v in variants if baseline["validation_correct"] / n - v["validation_correct"] / n <= limit]
    return min(fit, key=lambda v: (v["size_bytes"], -v["validation_correct"]))["name"]
