"""A model that counts as false is taken for none.

loses: resume_gap
says: a saved result is any object: None, 0, '' and an
"""


def run_stages(original, names, stage, done):
    results, model, whole = {}, original, True
    for name in names:
        whole = whole and name in done
        model = done[name] if whole else stage(name, original if model is None else model, original)
        results[name] = model
    return results
