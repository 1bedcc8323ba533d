"""The teacher is None.

loses: resume_runs
says: teacher
"""


def run_stages(original, names, stage, done):
    results, model, whole = {}, original, True
    for name in names:
        whole = whole and name in done
        model = done[name] if whole else stage(name, model, None)
        results[name] = model
    return results
