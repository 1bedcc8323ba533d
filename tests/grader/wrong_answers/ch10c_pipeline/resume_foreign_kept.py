"""Results of stages that nobody wants are given too.

loses: resume_gap
says: no others
"""


def run_stages(original, names, stage, done):
    results, model, whole = {}, original, True
    for name in names:
        whole = whole and name in done
        model = done[name] if whole else stage(name, model, original)
        results[name] = model
    return {**done, **results}
