"""Results behind a gap are taken.

loses: resume_gap
says: run again
"""


def run_stages(original, names, stage, done):
    results, model, whole = {}, original, True
    for name in names:
        whole = name in done
        model = done[name] if whole else stage(name, model, original)
        results[name] = model
    return results
