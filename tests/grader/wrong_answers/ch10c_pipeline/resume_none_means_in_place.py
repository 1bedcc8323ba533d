"""A stage without a result is taken to have changed the model itself.

loses: resume_gap
says: None, 0
"""


def run_stages(original, names: list[str], stage, done: dict) -> dict:
    results, model, whole = {}, original, True
    for name in names:
        whole = whole and name in done
        if whole:
            model = done[name]
        elif (made := stage(name, model, original)) is not None:
            model = made
        results[name] = model
    return results
