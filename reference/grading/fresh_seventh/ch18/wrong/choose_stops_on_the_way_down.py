"""Walks from large to small and ends at the first that loses too much: accuracy needn't fall with the size.

Text: "The name of the smallest file among those within the tolerance"
Input: `choose_file([row("dense", 4000, 950, 0), row("pruned", 2000, 900, 0), row("int8", 1000, 945, 0)], 2)` ->
promised 'int8', actual 'dense'
"""


def choose_file(variants: list[dict], tolerance: int) -> str:
    if not variants or tolerance < 0:
        raise ValueError("no variants, or a negative tolerance")
    baseline = variants[0]
    best = baseline
    for v in sorted(variants, key=lambda v: v["size_bytes"], reverse=True):
        if 100 * (baseline["validation_correct"] - v["validation_correct"]) > tolerance * v["images"]:
            break
        if (v["size_bytes"], -v["validation_correct"]) < (best["size_bytes"], -best["validation_correct"]):
            best = v
    return best["name"]
