"""No stages lead to an error.

loses: resume_runs
says: IndexError
"""


def run_stages(original, names, stage, done):
    names[0]
    results, model, whole = {}, original, True
    for name in names:
        whole = whole and name in done
        model = done[name] if whole else stage(name, model, original)
        results[name] = model
    return results
