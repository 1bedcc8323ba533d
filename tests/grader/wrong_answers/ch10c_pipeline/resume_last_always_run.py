"""The last stage is always run.

loses: resume_resumes
says: tune: what is saved is taken, and the first stage
"""


def run_stages(original, names, stage, done):
    results, model, whole = {}, original, True
    for name in names:
        whole = whole and name in done and name != names[-1]
        model = done[name] if whole else stage(name, model, original)
        results[name] = model
    return results
