"""Only the last result is given.

loses: resume_runs
says: by name
"""


def run_stages(original, names, stage, done):
    results, model, whole = {}, original, True
    for name in names:
        whole = whole and name in done
        model = done[name] if whole else stage(name, model, original)
        results[name] = model
    return model
