"""Behind a gap only the next stage is run again.

loses: resume_gap
says: run again
"""


def run_stages(original, names, stage, done):
    results, model, before = {}, original, True
    for name in names:
        take = name in done and before
        model = done[name] if take else stage(name, model, original)
        before = name in done
        results[name] = model
    return results
