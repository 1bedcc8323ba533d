"""A stage that returns None is taken to have worked in place: the model before it goes on, and is noted as its result.

Text: "The results of all stages by name" and "`model` is the result of the stage before"; `stage` "gives the result of that stage"
Input: run_stages("o", ["a", "b"], lambda n, m, t: None if n == "a" else (n, m), {}): promised {"a": None, "b": ("b", None)},
    actual {"a": "o", "b": ("b", "o")}.
"""


def run_stages(original, names: list[str], stage, done: dict) -> dict:
    results = {}
    model = original
    resumed = True
    for name in names:
        if resumed and name in done:
            model = done[name]
        else:
            resumed = False
            result = stage(name, model, original)
            if result is not None:
                model = result
        results[name] = model
    return results
