"""Refuses a tolerance of more than 100 points, which only allows everything.

Text: the tolerance is "a whole number from 0"; "ValueError: there are no variants, or the tolerance is negative."
Input: `choose_file([row("dense", 4000, 950, 0), row("a", 900, 0, 0)], 200)` -> promised 'a', actual ValueError
"""


def choose_file(variants: list[dict], tolerance: int) -> str:
    if not variants or not 0 <= tolerance <= 100:
        raise ValueError("variants or tolerance")
    first = variants[0]["validation_correct"]
    fit = [v for v in variants if 100 * (first - v["validation_correct"]) <= tolerance * v["images"]]
    return min(fit, key=lambda v: (v["size_bytes"], -v["validation_correct"]))["name"]
