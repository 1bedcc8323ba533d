"""A result of None is run again.

loses: resume_gap
says: any object
"""


def run_stages(original, names, stage, done):
    results, model, whole = {}, original, True
    for name in names:
        whole = whole and done.get(name) is not None
        model = done[name] if whole else stage(name, model, original)
        results[name] = model
    return results
