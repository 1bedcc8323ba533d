"""A stage that gives None leaves the model as it was.

loses: resume_gap
says: a saved result is any object: None, 0, '' and an
"""


def run_stages(original, names, stage, done):
    results, model, whole = {}, original, True
    for name in names:
        whole = whole and name in done
        new = done[name] if whole else stage(name, model, original)
        model = model if new is None else new
        results[name] = model
    return results
