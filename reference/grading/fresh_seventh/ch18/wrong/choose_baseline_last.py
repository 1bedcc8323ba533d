"""Puts the baseline behind the others, so a file that is like it in both wins.

Text: "the baseline first" and "of those, the one that comes first"
Input: `choose_file([row("dense", 900, 950, 0), row("twin", 900, 950, 0)], 0)` -> promised 'dense', actual 'twin'
"""


def choose_file(variants: list[dict], tolerance: int) -> str:
    if not variants or tolerance < 0:
        raise ValueError("no variants, or a negative tolerance")
    baseline = variants[0]
    least = baseline["validation_correct"] - tolerance * baseline["images"] // 100
    fit = [v for v in variants[1:] if v["validation_correct"] >= least]
    fit.append(baseline)
    return min(fit, key=lambda v: (v["size_bytes"], -v["validation_correct"]))["name"]
