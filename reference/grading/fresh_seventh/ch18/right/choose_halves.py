"""Recursion: the better one of the best of each half, the left one where they are alike."""


def _best(rows):
    if len(rows) == 1:
        return rows[0]
    half = len(rows) // 2
    left, right = _best(rows[:half]), _best(rows[half:])
    if right["size_bytes"] != left["size_bytes"]:
        return right if right["size_bytes"] < left["size_bytes"] else left
    return right if right["validation_correct"] > left["validation_correct"] else left


def choose_file(variants: list[dict], tolerance: int) -> str:
    if not variants:
        raise ValueError("no variants")
    if tolerance < 0:
        raise ValueError("negative tolerance")
    baseline = variants[0]

    def fits(row):
        return 100 * baseline["validation_correct"] <= 100 * row["validation_correct"] + tolerance * row["images"]

    return _best(list(filter(fits, variants)))["name"]
