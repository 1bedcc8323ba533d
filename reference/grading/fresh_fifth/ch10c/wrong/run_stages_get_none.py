"""Asks done.get(name) whether there is a result: a saved None is taken for none, and the stage is run again.

Text: "results that an earlier run saved, by name. They may be any objects, None too"
Input: run_stages("o", ["a"], lambda n, m, t: "new", {"a": None}): promised {"a": None}, actual {"a": "new"}.
"""


def run_stages(original, names: list[str], stage, done: dict) -> dict:
    results, model, fresh = {}, original, False
    for name in names:
        saved = done.get(name)
        if saved is not None and not fresh:
            model = saved
        else:
            fresh = True
            model = stage(name, model, original)
        results[name] = model
    return results
