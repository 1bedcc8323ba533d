"""Only a file that is really smaller takes the baseline's place: one of its size with more right images doesn't.

Text: "Of equally small ones: the one with more right validation images"
Input: `choose_file([row("dense", 4000, 950, 0), row("tuned", 4000, 960, 0)], 0)` -> promised 'tuned', actual 'dense'
"""


def choose_file(variants: list[dict], tolerance: int) -> str:
    if not variants or tolerance < 0:
        raise ValueError("no variants, or a negative tolerance")
    baseline = variants[0]
    best = baseline
    for v in variants[1:]:
        if 100 * (baseline["validation_correct"] - v["validation_correct"]) > tolerance * v["images"]:
            continue
        if v["size_bytes"] < best["size_bytes"]:
            best = v
        elif v["size_bytes"] == best["size_bytes"] and best is not baseline:
            if v["validation_correct"] > best["validation_correct"]:
                best = v
    return best["name"]
