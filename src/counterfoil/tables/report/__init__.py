"""The report of a run: pages that need nothing but themselves, no network."""

from counterfoil.tables.report.page import render_page
from counterfoil.tables.report.view import make_view
from counterfoil.tables.result import CheckResult


def render(result: CheckResult) -> str:
    """report.html. Its length is bounded however many findings there are, and everything that comes from data is escaped."""
    view = make_view(result)
    return render_page("report.html", script="findings.js" if view.findings else "", view=view, result=result)
