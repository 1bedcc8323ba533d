"""The loss is counted from the best file so far, so two losses of 2 points each are both allowed.

Text: "how many percentage points of validation accuracy may be lost against the baseline"
Input: `choose_file([row("dense", 4000, 950, 0), row("a", 900, 930, 0), row("b", 800, 910, 0)], 2)` -> promised 'a',
actual 'b'
"""


def choose_file(variants: list[dict], tolerance: int) -> str:
    if not variants or tolerance < 0:
        raise ValueError("no variants, or a negative tolerance")
    baseline = variants[0]
    best = baseline
    for v in variants[1:]:
        lost = best["validation_correct"] - v["validation_correct"]
        key, best_key = ((x["size_bytes"], -x["validation_correct"]) for x in (v, best))
        if 100 * lost <= tolerance * v["images"] and key < best_key:
            best = v
    return best["name"]
