"""What was saved is brought up to date.

loses: resume_runs
says: does the function work in place, where it should make
"""


def run_stages(original, names, stage, done):
    results, model, whole = {}, original, True
    for name in names:
        whole = whole and name in done
        model = done[name] if whole else stage(name, model, original)
        results[name] = model
    done.update(results)
    return results
