"""No teacher is given.

loses: resume_runs
says: stage(name, model, teacher): three positional
"""


def run_stages(original, names, stage, done):
    results, model, whole = {}, original, True
    for name in names:
        whole = whole and name in done
        model = done[name] if whole else stage(name, model)
        results[name] = model
    return results
