"""Saved stages are run, and their results thrown away.

loses: resume_resumes
says: one call
"""


def run_stages(original, names, stage, done):
    results, model, whole = {}, original, True
    for name in names:
        whole = whole and name in done
        made = stage(name, model, original)
        model = done[name] if whole else made
        results[name] = model
    return results
