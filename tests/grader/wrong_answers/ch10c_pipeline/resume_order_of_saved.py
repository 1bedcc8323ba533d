"""What was saved comes first, in its own order.

loses: resume_resumes
says: in the order
"""


def run_stages(original, names, stage, done):
    results, model, whole = {}, original, True
    for name in names:
        whole = whole and name in done
        model = done[name] if whole else stage(name, model, original)
        results[name] = model
    return {
        name: results[name] for name in [*(n for n in done if n in results), *(n for n in results if n not in done)]
    }
