"""What a case is: which kind of order it takes, which facts it changes, and what follows from them by the contract.

Changes are SQL over the papers of one order each. Columns that begin with `t_` are of `target` (desk.py): the order and its papers as
they were before; all others are of the table that is changed, or of `x`, the paper that a finding is about.
"""

from dataclasses import dataclass, replace
from typing import Any

FAULT, NEAR = "fault", "near-miss"

_KEYS = {
    "purchase_orders": "o = t_o",
    "purchase_order_lines": "purchase_order_line_id = t_line",
    "allocations": "purchase_order_line_id = t_line",
    "receipts": "receipt_line_id = t_receipt",
    "invoices": "invoice_id = t_invoice",
    "invoice_lines": "invoice_line_id = t_bill",
    "payments": "invoice_id = t_invoice",
    "work_orders": "work_order_id = t_work",
    "work_order_lines": "work_order_line_id = t_need",
    "requisitions": "requisition_line_id = t_ask",
    "approvals": "document_id = t_order",
    "suppliers": "supplier_id = t_spare",
    "lots": "lot_id = t_lot",
    "consumption": "consumption_id = t_use",
    "labour": "work_order_id = t_work",
    "contracts": "contract_id = t_contract",
    "order_changes": "document_id = t_line",
}
"""The row of each table that is meant where a change does not say which."""


@dataclass(frozen=True, slots=True)
class Paper:
    """What a finding is about. `amount`: what is at risk, unless a rule says otherwise; `currency`: whose."""

    document: str
    table: str
    document_id: str
    line_id: str
    currency: str
    amount: str = "0"


VALUE = "worth(x.quantity, x.unit_price, x.price_quantity)"


def worth(quantity: str) -> str:
    """So much of an order line `x`, at its price."""
    return f"worth({quantity}, x.unit_price, x.price_quantity)"


_OF_ORDER = "(SELECT y.currency FROM purchase_orders AS y WHERE y.purchase_order_id = x.purchase_order_id)"
_OF_INVOICE = "(SELECT y.currency FROM invoices AS y WHERE y.invoice_id = x.invoice_id)"
_NOBODY = "NULL"
_RECEIPT_CURRENCY = (
    "(SELECT y.currency FROM purchase_order_lines AS z JOIN purchase_orders AS y USING (purchase_order_id) "
    "WHERE z.purchase_order_line_id = x.purchase_order_line_id)"
)
_WORK_CURRENCY = "(SELECT y.currency FROM work_orders AS y WHERE y.work_order_id = x.work_order_id)"
_ESTIMATE = "worth(x.quantity, x.unit_price_estimated, 1)"

LINE = Paper("purchase_order", "purchase_order_lines", "x.purchase_order_id", "x.purchase_order_line_id", _OF_ORDER, VALUE)
ORDER = Paper("purchase_order", "purchase_orders", "x.purchase_order_id", "NULL", "x.currency", "order_value(x.purchase_order_id)")
BILL = Paper(
    "invoice",
    "invoice_lines",
    "x.invoice_id",
    "x.invoice_line_id",
    _OF_INVOICE,
    "billed(x.amount, x.quantity, x.unit_price, x.price_quantity)",
)
INVOICE = Paper("invoice", "invoices", "x.invoice_id", "NULL", "x.currency", "x.amount_total")
BARE_INVOICE = Paper("invoice", "invoices", "x.invoice_id", "x.invoice_id", "x.currency", "x.amount_net")
PAYMENT = Paper("payment", "payments", "x.payment_id", "NULL", "x.currency", "x.amount")
RECEIPT = Paper("receipt", "receipts", "x.receipt_id", "x.receipt_line_id", _RECEIPT_CURRENCY)
REQUEST = Paper("requisition", "requisitions", "x.requisition_id", "x.requisition_line_id", "x.currency", _ESTIMATE)
NEED = Paper("work_order", "work_order_lines", "x.work_order_id", "x.work_order_line_id", _WORK_CURRENCY, _ESTIMATE)
WORK = Paper("work_order", "work_orders", "x.work_order_id", "NULL", "x.currency")
USE = Paper("consumption", "consumption", "x.consumption_id", "NULL", _NOBODY)
LOT = Paper("lot", "lots", "x.lot_id", "NULL", _NOBODY)

PAPERS: dict[str, Paper] = {
    **dict.fromkeys(
        "order-without-work need-unstated work-unknown order-on-closed-work order-at-other-site links-disagree order-after-work "
        "late-receipt changed-after-approval revision-differs order-after-receipt order-after-invoice".split(),
        LINE,
    ),
    **dict.fromkeys("over-allocated under-allocated quantity-differs received-above-ordered".split(), replace(LINE, amount=worth("1"))),
    **dict.fromkeys("overdue order-open-on-closed-work received-not-invoiced price-above-contract".split(), LINE),
    "work-without-commitment": NEED,
    "request-after-start": REQUEST,
    **dict.fromkeys(
        "invoice-without-order invoice-names-order-only invoice-names-work order-unknown invoice-on-dead-order "
        "invoice-before-receipt price-above-order quantity-above-received quantity-above-ordered invoice-without-receipt "
        "currency-differs".split(),
        BILL,
    ),
    "unit-differs": replace(BILL, amount="0"),
    "receipt-without-order": replace(RECEIPT, currency=_NOBODY),
    "receipt-on-dead-order": replace(RECEIPT, amount="received_worth(x.purchase_order_line_id, x.quantity_received)"),
    **dict.fromkeys(
        "order-never-issued order-unapproved approved-after-issue approval-exceeded self-approved supplier-not-approved".split(), ORDER
    ),
    **dict.fromkeys(
        "total-differs invoice-supplier-differs duplicate-invoice duplicate-suspected paid-over-invoice invoice-paid-late "
        "invoice-paid-early".split(),
        INVOICE,
    ),
    **dict.fromkeys("paid-without-receipt payment-on-void".split(), PAYMENT),
    "over-budget": WORK,
    "lot-untraced": USE,
    "lot-overdrawn": LOT,
}
"""What each rule speaks about. The two rules about groups are not here: their cases say who the members are."""


@dataclass(frozen=True, slots=True)
class Found:
    """One finding that follows in each order of a case: the paper `x` where `at` holds, or a group with these `members` (a list)."""

    rule: str
    paper: Paper
    at: str
    members: str = ""

    @property
    def select(self) -> str:
        """The rows of planted.csv for every order of `target`; a near miss puts nothing at risk."""
        p = self.paper
        members, document_id = "NULL", p.document_id
        if self.members:
            members, document_id = f"array_to_string(list_sort({self.members}), ' ')", f"list_sort({self.members})[1]"
        return (
            f"SELECT '{self.rule}', target.kind, target.text, '{p.document}', {document_id}, {p.line_id}, {members}, "
            f"CASE target.kind WHEN '{FAULT}' THEN greatest(({p.amount})::DECIMAL(31, 12), 0) END, "
            f"CASE target.kind WHEN '{FAULT}' THEN {p.currency} END "
            f"FROM {p.table} AS x JOIN target ON {self.at}"
        )


SHARED_TAX_ID = Found(
    "supplier-shares-tax-id", Paper("supplier", "suppliers", "", "NULL", "NULL"), "x.supplier_id = t_spare", "[t_spare, t_spare2]"
)


def found(rule: str, at: str = "", *, amount: str = "", paper: Paper | None = None) -> Found:
    """A finding of a rule about its usual paper, or the one that `at` says; at risk is what the rule says, or `amount`."""
    chosen = paper or PAPERS[rule]
    return Found(rule, replace(chosen, amount=amount) if amount else chosen, f"({at or _KEYS[chosen.table]})")


@dataclass(frozen=True, slots=True)
class Case:
    """One kind of fault or near miss. `pool`: which orders qualify (desk.py). `tip`: the change that would make a near miss a fault.
    `where`: what is found, or what the tip would have found; `also`: what else follows from the changes."""

    kind: str
    text: str
    pool: str
    changes: tuple[str, ...]
    where: tuple[Found, ...]
    also: tuple[Found, ...] = ()
    tip: tuple[str, ...] = ()

    @property
    def spares(self) -> bool:
        """True where it takes suppliers that nothing else was bought from."""
        return any("t_spare" in text for text in (*self.changes, *self.tip))


Change = str | tuple[str, ...]


def fault(rule: str, text: str, pool: str, *changes: Change, at: str = "", amount: str = "", also: tuple[Found, ...] = ()) -> Case:
    """A fault: after these changes the rule speaks, and so do the findings of `also`."""
    return Case(FAULT, text, pool, flat(changes), (found(rule, at, amount=amount),), also)


def near(rules: str, text: str, pool: str, *changes: Change, tip: Change, at: str = "", also: tuple[Found, ...] = ()) -> Case:
    """A near miss of one rule or several: after these changes it is silent, and after `tip` as well it would speak."""
    return Case(NEAR, text, pool, flat(changes), tuple(found(rule, at) for rule in rules.split()), also, flat((tip,)))


def flat(changes: tuple[Change, ...]) -> tuple[str, ...]:
    """Changes in one row, those that come as one included."""
    return tuple(one for change in changes for one in ((change,) if isinstance(change, str) else change))


# ---- what is done to facts --------------------------------------------------------------------------------------------------------


def put(table: str, values: str, at: str = "") -> str:
    """Change the row of a table."""
    return f"UPDATE {table} SET {values} FROM target WHERE {at or _KEYS[table]}"


def drop(table: str, at: str = "") -> str:
    """Take the row of a table away."""
    return f"DELETE FROM {table} USING target WHERE {at or _KEYS[table]}"


def copy(table: str, at: str = "", nth: int = 1, **values: Any) -> str:
    """A second row like that of the table, but for `values`: column = expression. `nth`: it is written that much further on."""
    replaced = ", ".join(f"{value} AS {column}" for column, value in {"n": f"n + {20 * nth}", **values}.items())
    return f"INSERT INTO {table} SELECT {table}.* REPLACE ({replaced}) FROM {table} JOIN target ON {at or _KEYS[table]}"


def insert(table: str, **values: Any) -> str:
    """A row of its own for each order."""
    columns = {"o": "t_o", "n": "0", **values}
    return f"INSERT INTO {table} BY NAME SELECT {', '.join(f'{value} AS {column}' for column, value in columns.items())} FROM target"
