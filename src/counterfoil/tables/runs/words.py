"""What a difference is in words."""

from counterfoil.rules.chance import Method, Verdict
from counterfoil.tables.runs.compare import Change


def percent(before: int, after: int) -> str:
    """By how much a count changed, such as " (-70 %)"; empty where there was nothing before, or where nothing changed."""
    if not before or before == after:
        return ""
    return f" ({round((after - before) * 100 / before):+,} %)"


def in_words(verdict: Verdict) -> str:
    """Within chance or more than chance, with the probability."""
    shown = "p < 0.001" if verdict.p < 0.001 else f"p = {verdict.p:.2g}"
    return f"{'within chance' if verdict.within_chance else 'more than chance'} ({shown})"


def judged_how(change: Change) -> str:
    """Which documents were held against which, in a sentence."""
    found = change.documents
    if found is None or change.verdict is None:
        return ""
    before, after = found.both + found.went, found.both + found.came
    read = f"{before:,} of {found.read_before:,} documents had a finding before, {after:,} of {found.read_after:,} after"
    match change.verdict.method:
        case Method.PAIRED:
            return f"{read}; as many were read both times, so the {found.went:,} that went are held against the {found.came:,} that came."
        case Method.SHARED:
            return f"{read}; the shares are compared, the {found.both:,} in both runs taken out."
        case _:
            return f"{read}; the shares are compared."
