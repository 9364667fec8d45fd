"""What figures and days prove: quantity × price = amount, net + tax = total, one day after the other."""

import re
from collections.abc import Sequence
from itertools import pairwise

from counterfoil.tables.mapping import Cell
from counterfoil.tables.proposal.evidence import Evidence
from counterfoil.tables.proposal.placing import LIKELY, Feed, Placement, Placer
from counterfoil.tables.proposal.profile import Column
from counterfoil.tables.proposal.values import allows
from counterfoil.tables.schema import TABLES, Kind

_CURRENCIES = frozenset("AUD BRL CAD CHF CNY CZK DKK EUR GBP HUF INR JPY MXN NOK NZD PLN RON SEK SGD TRY USD ZAR".split())
_MOST = 0.5
_TELLING = 3
"""Rows from which on a contradiction says something."""
_ORDERS = {
    "purchase_orders": ("created_at", "approved_at", "issued_at", "closed_at"),
    "work_orders": ("created_at", "released_at", "started_at", "completed_at", "closed_at"),
    "requisitions": ("created_at", "approved_at"),
    "invoices": ("invoice_date", "entered_at"),
}
"""Days that come after one another."""


class Proofs:
    """Settles doubts of feeds in place, and raises others."""

    def __init__(self, placer: Placer, evidence: Evidence) -> None:
        self.placer = placer
        self.evidence = evidence

    def prove(self, feeds: Sequence[Feed]) -> None:
        for feed in feeds:
            if not feed.sheet.header:
                self._figure_price(feed)
                self._take_only_ones(feed)
            self._prove_price(feed)
            self._prove_sums(feed)
            self._prove_days(feed)
            self._take_currency(feed)

    def _figure_price(self, feed: Feed) -> None:
        """No name says it: of two columns whose product is a third, the one of whole numbers is the quantity."""
        if {"quantity", "unit_price"} & feed.placed.keys() or not {"quantity", "unit_price"} <= {*TABLES[feed.table].required}:
            return
        for equation in self.evidence.products(feed.sheet):
            left, right = (feed.sheet.columns[number] for number in (equation.left, equation.right))
            if left.decimals != right.decimals:
                pair = (right, left) if left.decimals else (left, right)
                for name, column in zip(("quantity", "unit_price"), pair, strict=True):
                    placed = self.placer.placement(feed.table, TABLES[feed.table].column(name), column, LIKELY)
                    placed.reason = f"{left.name} × {right.name} is {feed.sheet.columns[equation.result].name}; {placed.reason}"
                    feed.placed[name] = placed
                return

    def _take_currency(self, feed: Feed) -> None:
        """No column holds the currency, and the header of one names it: Freight (USD)."""
        codes = {code for column in feed.sheet.columns for code in re.findall(r"\(([A-Z]{3})\)", column.name) if code in _CURRENCIES}
        if feed.table in ("purchase_orders", "invoices") and "currency" not in feed.placed and len(codes) == 1:
            target, code = TABLES[feed.table].column("currency"), min(codes)
            doubt = f"no column has the currency; {code} stands in the header of one"
            feed.placed["currency"] = Placement(target, Cell(constant=code), (), LIKELY, "taken from a header", [doubt])

    def _take_only_ones(self, feed: Feed) -> None:
        """No name says it: a required day or amount is the only column that can be one."""
        for target in TABLES[feed.table]:
            able = [column for column in feed.sheet.columns if allows(target, column)]
            if target.required and target.name not in feed.placed and target.kind in (Kind.MOMENT, Kind.DECIMAL) and len(able) == 1:
                feed.placed[target.name] = self.placer.placement(feed.table, target, able[0], LIKELY)

    def _prove_price(self, feed: Feed) -> None:
        """quantity × price = amount: it settles which of several prices and quantities belong together."""
        quantity, price = feed.columns("quantity"), feed.columns("unit_price")
        if not quantity or not price:
            return
        equations = self.evidence.products(feed.sheet)
        fitting = [(e.left, e.right, e) for e in equations] + [(e.right, e.left, e) for e in equations]
        named = [
            (self._fit(feed, "quantity", left) + self._fit(feed, "unit_price", right), left, right, equation)
            for left, right, equation in fitting
            if not {left, right, equation.result} & {*feed.apart}
            if self._fit(feed, "quantity", left) >= LIKELY
            and (self._fit(feed, "unit_price", right) >= LIKELY or self._says(feed.sheet.columns[right], "price"))
        ]
        if not named:
            self._doubt_price(feed)
            return
        _, left, right, equation = max(named, key=lambda found: (found[0], found[3].share))
        result = feed.sheet.columns[equation.result]
        for name, number in (("quantity", left), ("unit_price", right)):
            column = feed.sheet.columns[number]
            if feed.placed[name].sources != (number,):
                feed.placed[name] = self.placer.placement(
                    feed.table, TABLES[feed.table].column(name), column, self._fit(feed, name, number)
                )
            self._proven(feed.placed[name], f"quantity × price is {result.name} in {percent(equation.share)} of the rows")
        if "amount" in feed.placed and feed.placed["amount"].sources == (equation.result,):
            self._proven(feed.placed["amount"], f"quantity × price in {percent(equation.share)} of the rows")

    def _doubt_price(self, feed: Feed) -> None:
        """The file has a value, and quantity × price is another."""
        own = [column for column in feed.sheet.columns if column.number not in feed.apart]
        values = [column for column in own if column.share(column.numbers) > _MOST and self._says(column, "amount")]
        if values and feed.sheet.rows > _TELLING:
            for name in ("quantity", "unit_price"):
                feed.placed[name].doubts.append(f"quantity × price is not {values[0].name}")

    def _says(self, column: Column, idea: str) -> bool:
        return any(idea in word for reading in self.placer.readings(column) for word in reading)

    def _fit(self, feed: Feed, name: str, number: int) -> float:
        return self.placer.fit(feed.table, TABLES[feed.table].column(name), feed.sheet.columns[number])

    def _prove_sums(self, feed: Feed) -> None:
        """net + tax = total; accepted + rejected = received."""
        for parts, whole in ((("amount_net", "amount_tax"), "amount_total"), (("quantity_accepted",), "quantity_received")):
            if not all(name in feed.placed for name in (*parts, whole)):
                continue
            numbers = {number for name in parts for number in feed.placed[name].sources}
            for equation in self.evidence.sums(feed.sheet):
                if (equation.result,) == feed.placed[whole].sources and numbers <= {equation.left, equation.right}:
                    text = " + ".join(feed.sheet.columns[number].name for number in (equation.left, equation.right))
                    for name in (*parts, whole):
                        self._proven(feed.placed[name], f"{text} is {feed.sheet.columns[equation.result].name}")
                    break

    def _proven(self, placement: Placement, reason: str) -> None:
        placement.reason = f"{reason}; {placement.reason}"
        settled(placement)

    def _prove_days(self, feed: Feed) -> None:
        days = [name for name in _ORDERS.get(feed.table, ()) if name in feed.placed and feed.columns(name)[0].moments]
        for earlier, later in pairwise(days):
            first, second = feed.columns(earlier)[0], feed.columns(later)[0]
            share = self.evidence.in_order(feed.sheet, first, second)
            if share < _MOST:
                feed.placed[later].doubts.append(f"it is before {earlier} in {percent(1 - share)} of the rows")
        if came := feed.columns("received_at"):
            feed.placed["received_at"].doubts += self._computed(feed, came[0])

    def _computed(self, feed: Feed, came: Column) -> list[str]:
        """Nothing arrives always as many days before or after another day."""
        for other in feed.sheet.columns:
            if came.moments and other.moments and other is not came and (days := self.evidence.days_between(feed.sheet, came, other)):
                span = "1 day" if abs(days) == 1 else f"{abs(days):,} days"
                return [f"always {span} {'before' if days > 0 else 'after'} {other.name}: a computed date?"]
        return []


def settled(placement: Placement) -> None:
    """Values have proven what the name left open."""
    placement.doubts = [doubt for doubt in placement.doubts if not doubt.startswith(("the name is", "it could be"))]
    placement.rivals = ()


def percent(share: float) -> str:
    """A share to be read: never 100 % where something is missing."""
    return f"{int(share * 100)} %"
