"""Ends its walk through the list at the first file that loses too much, as if the list were sorted.

Text: "the baseline first, then any number of others" (in no order) and "the smallest file among those within"
Input: `choose_file([row("dense", 4000, 950, 0), row("tiny", 500, 900, 0), row("small", 1000, 940, 0)], 2)` -> promised
'small', actual 'dense'
"""


def choose_file(variants: list[dict], tolerance: int) -> str:
    if not variants or tolerance < 0:
        raise ValueError("no variants, or a negative tolerance")
    baseline = variants[0]
    best = baseline
    for v in variants:
        if 100 * (baseline["validation_correct"] - v["validation_correct"]) > tolerance * v["images"]:
            break
        if (v["size_bytes"], -v["validation_correct"]) < (best["size_bytes"], -best["validation_correct"]):
            best = v
    return best["name"]
