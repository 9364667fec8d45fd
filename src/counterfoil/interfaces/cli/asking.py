"""Questions about what a proposal doubts, and what the answers change."""

from collections.abc import Callable

from counterfoil.tables.proposal import Proposal

Asker = Callable[[str, str], str]
"""(what is asked, the answer that enter accepts) → the answer."""


def ask_about(proposal: Proposal, asker: Asker) -> None:
    """Ask about every doubtful column; answers change the proposal."""
