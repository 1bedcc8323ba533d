"""Sorts the caller's own list, so the baseline is no longer first in it: the next call counts from another file.

Text: "variants: the baseline first" and "lost against the baseline"
Input: `v = [row("dense", 4000, 950, 0), row("tiny", 500, 900, 0)]`, then `choose_file(v, 5)` and `choose_file(v, 0)` ->
promised 'tiny', 'dense', actual 'tiny', 'tiny'
"""


def choose_file(variants: list[dict], tolerance: int) -> str:
    if not variants or tolerance < 0:
        raise ValueError("no variants, or a negative tolerance")
    baseline = variants[0]
    variants.sort(key=lambda v: (v["size_bytes"], -v["validation_correct"]))
    for v in variants:
        if 100 * (baseline["validation_correct"] - v["validation_correct"]) <= tolerance * v["images"]:
            return v["name"]
