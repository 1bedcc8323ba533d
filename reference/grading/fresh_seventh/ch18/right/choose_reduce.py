"""functools.reduce over the variants with a function of two, which passes by what loses too much."""

from functools import reduce


def choose_file(variants: list[dict], tolerance: int) -> str:
    if not variants or tolerance < 0:
        raise ValueError("no variants, or a negative tolerance")
    baseline, *others = variants

    def smaller(best, new):
        if 100 * (baseline["validation_correct"] - new["validation_correct"]) > tolerance * new["images"]:
            return best
        keys = [(row["size_bytes"], -row["validation_correct"]) for row in (best, new)]
        return new if keys[1] < keys[0] else best

    return reduce(smaller, others, baseline)["name"]
