"""Back-tests of tables that are drawn."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from counterfoil.tables.backtest.run import open_backtest
from counterfoil.tables.policy import Policy, load_policy

WORKS, LINES, INVOICES, RECEIPTS = "order-needs-work", "work-needs-commitment", "invoice-needs-order", "receipt-needs-order"

Ask = Callable[..., "Told"]


@dataclass(frozen=True, slots=True)
class Told:
    """What gates say: gate → line → (verdict, moment, cured on, days), the days as texts."""

    verdicts: Mapping[str, Mapping[str, tuple[str, str | None, str | None, int | None]]]

    def of(self, gate: str) -> dict[str, str]:
        """Line → verdict, and for a stop that was cured the day of the cure and how many days it took."""
        return {
            line: verdict if cured is None else f"{verdict}, cured {cured} ({days})"
            for line, (verdict, _, cured, days) in sorted(self.verdicts[gate].items())
        }


def policy_of(folder: Path, text: str) -> Policy:
    """The policy that a text is."""
    path = folder / "policy.toml"
    path.write_text(text, encoding="utf-8")
    return load_policy(path)


def told(folder: Path, policy: Policy, **narrowed: Any) -> Told:
    """What every gate says of a folder."""
    found: dict[str, dict[str, tuple[str, str | None, str | None, int | None]]] = {}
    with open_backtest(folder, policy=policy, **narrowed) as backtest:
        found = {outcome.gate.name: {} for outcome in backtest.outcomes if not outcome.needs}
        rows = backtest.database.execute("SELECT gate, line_id, verdict, moment::VARCHAR, cured_at::VARCHAR, days FROM backtest")
        for gate, line, *said in rows.fetchall():
            assert line not in found[gate], f"{gate} judges {line} twice"
            found[gate][line] = tuple(said)
    return Told(found)
