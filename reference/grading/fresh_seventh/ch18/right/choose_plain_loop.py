"""One loop over places with plain comparisons, and the best place so far, from the baseline on."""


def choose_file(variants: list[dict], tolerance: int) -> str:
    if len(variants) == 0:
        raise ValueError("there are no variants")
    if tolerance < 0:
        raise ValueError("the tolerance is negative")
    best = 0
    for i in range(1, len(variants)):
        lost = variants[0]["validation_correct"] - variants[i]["validation_correct"]
        if lost * 100 > tolerance * variants[i]["images"]:
            continue
        if variants[i]["size_bytes"] > variants[best]["size_bytes"]:
            continue
        if variants[i]["size_bytes"] < variants[best]["size_bytes"]:
            best = i
        elif variants[i]["validation_correct"] > variants[best]["validation_correct"]:
            best = i
    return variants[best]["name"]
