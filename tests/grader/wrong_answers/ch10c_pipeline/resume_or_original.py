"""A model that counts as false is taken for none.

loses: resume_gap
"""


def run_stages(original, names, stage, done):
    results, model, whole = {}, original, True
    for name in names:
        whole = whole and name in done
        model = done[name] if whole else stage(name, original if model is None else model, original)
        results[name] = model
    return results
