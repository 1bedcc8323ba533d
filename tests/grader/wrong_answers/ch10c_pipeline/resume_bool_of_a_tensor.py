"""Asks a tensor for its truth, which those of several numbers refuse.

loses: resume_gap
says: a saved result is any object: None, 0, '' and an
"""


def run_stages(original, names, stage, done):
    results, model, whole = {}, original, True
    for name in names:
        whole = whole and bool(done.get(name, False))
        model = done[name] if whole else stage(name, model, original)
        results[name] = model
    return results
