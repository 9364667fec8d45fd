"""brief.html: the five pages of a brief, to be read on a screen and printed."""

from counterfoil.tables.brief.view import View
from counterfoil.tables.report.chain_picture import chain_picture
from counterfoil.tables.report.page import render_page


def render_brief(view: View) -> str:
    """The page as HTML. Its length is bounded however large the plant is, and everything that comes from data is escaped."""
    charts = [(chain, chain_picture(chain)) for chain in view.chains]
    return render_page("brief.html", more_style="brief.css", view=view, charts=charts)
