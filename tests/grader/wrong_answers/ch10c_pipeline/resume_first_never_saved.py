"""The first stage is always run.

loses: resume_resumes
says: one call for each stage that isn't done
"""


def run_stages(original, names, stage, done):
    results, model, whole = {}, original, False
    for name in names:
        whole = bool(results) and (whole or len(results) == 1) and name in done
        model = done[name] if whole else stage(name, model, original)
        results[name] = model
    return results
