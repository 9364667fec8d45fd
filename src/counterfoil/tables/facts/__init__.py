"""The facts: shared base tables over the landed exchange tables, from which the rules read. Importing this declares all of them."""

from counterfoil.tables.facts import duplicates, invoices, orders, receipts, splits, sums

__all__ = ["duplicates", "invoices", "orders", "receipts", "splits", "sums"]
