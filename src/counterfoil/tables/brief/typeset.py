"""brief.pdf and deck.pdf, set by Typst from what the pages show. Typst is large, and installed by those who want a PDF."""

import json
from collections.abc import Sequence
from importlib import import_module, resources
from pathlib import Path
from typing import Any

from counterfoil.tables.brief.deck import Deck
from counterfoil.tables.brief.files import fields
from counterfoil.tables.brief.view import View
from counterfoil.tables.report.chain import Chain
from counterfoil.tables.report.chain_picture import chain_on_paper
from counterfoil.tables.report.page import print_colours
from counterfoil.tables.text import money, visible

FONTS = ("Liberation Sans", "Arial", "Helvetica", "Noto Sans", "DejaVu Sans", "Libertinus Serif")
MONO = ("Liberation Mono", "Menlo", "Consolas", "DejaVu Sans Mono")
"""The first that the machine has; the last come with Typst."""

_WIDTHS = {"brief": 560, "deck": 760}
"""Of a chart, in pixels: its text is then as large as that around it."""


def brief_pdf(view: View) -> bytes:
    """The brief as PDF: five A4 pages, whatever is on them; a page that is too full is set smaller."""
    told = fields(view, visible) | {"chains": [_on_paper(chain) for chain in view.chains]}
    return _typeset("brief", told, view.chains)


def deck_pdf(deck: Deck) -> bytes:
    """The deck as PDF: a page a slide, with its notes."""
    slides = [fields(slide, visible) | {"chain": bool(slide.chain) or None} for slide in deck.slides]
    told = {"scope": visible(deck.scope), "as_of": deck.as_of, "slides": slides}
    return _typeset("deck", told, [slide.chain for slide in deck.slides if slide.chain])


def _on_paper(chain: Chain) -> dict[str, Any]:
    """A chain in words."""
    steps = [
        {"label": s.label, "why": s.why, "lost": money(s.lost, chain.currency) if s.lost else "", "lost_share": s.lost_share}
        for s in chain.steps
    ]
    tied = {"tied": chain.tied or "–", "tied_amount": money(chain.approved.amount, chain.currency)}
    return {"currency": visible(chain.currency), "steps": steps, **tied}


def _typeset(name: str, view: object, charts: Sequence[Chain]) -> bytes:
    """A template of paper/ as PDF. What it shows goes in as JSON: no text of it is read as markup."""
    typst = import_module("typst")
    given = {
        "view": view,
        "colours": print_colours(),
        "fonts": FONTS,
        "mono": MONO,
        "pictures": [chain_on_paper(chain, _WIDTHS[name]) for chain in charts],
    }
    with resources.as_file(resources.files("counterfoil.tables.brief") / "paper") as folder:
        root: Path = folder
        pdf: bytes = typst.compile(str(root / f"{name}.typ"), root=str(root), sys_inputs={"view": json.dumps(given, ensure_ascii=False)})
    return pdf
