"""The facts: shared base tables over the landed exchange tables, from which the rules read. Importing this declares all of them."""

from counterfoil.tables.facts import costs, duplicates, invoices, needs, orders, receipts, splits, sums

__all__ = ["costs", "duplicates", "invoices", "needs", "orders", "receipts", "splits", "sums"]
