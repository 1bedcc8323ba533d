"""The name stands last in the key of a maximum, so of files alike the later name in the alphabet wins, not the first.

Text: "of those, the one that comes first"
Input: `choose_file([row("dense", 4000, 950, 0), row("a", 900, 940, 0), row("b", 900, 940, 0)], 2)` -> promised 'a',
actual 'b'
"""


def choose_file(variants: list[dict], tolerance: int) -> str:
    if not variants or tolerance < 0:
        raise ValueError("no variants, or a negative tolerance")
    baseline = variants[0]
    ranked = [
        (-v["size_bytes"], v["validation_correct"], v["name"])
        for v in variants
        if 100 * (baseline["validation_correct"] - v["validation_correct"]) <= tolerance * v["images"]
    ]
    return max(ranked)[2]
