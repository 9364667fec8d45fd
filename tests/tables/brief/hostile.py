"""A plant in which every text is one that somebody means ill with."""

from pathlib import Path

from tests import plants
from tests.interfaces.hand_made import HOSTILE

TEXTS = [text for text in HOSTILE if "\r" not in text] + ['#panic("no")', "*a* _b_ $x$ `c` @d <e>", '\\u{41} #import "x"']
"""A lone carriage return ends a line of a CSV file. The last would be markup to what sets the paper."""


def hostile_plant(folder: Path) -> Path:
    """Two orders from each supplier at two sites, of one part and of one job, all named by such texts, and an invoice without order."""
    names = [(f"{number}", text) for number, text in enumerate(TEXTS)]
    orders = [["purchase_order_id", "site_id", "supplier_id", "status", "currency", "issued_at", "requested_by", "approved_by"]]
    lines = [
        ["purchase_order_line_id", "purchase_order_id", "part_id", "category", "description", "quantity", "unit_price", "need", "unit"]
    ]
    lines[0].append("need_by")
    invoices = [["invoice_id", "supplier_id", "invoice_number", "invoice_date", "currency"]]
    bills = [["invoice_line_id", "invoice_id", "purchase_order_line_id", "description", "quantity", "unit_price"]]
    for number, text in names:
        order, supplier = f"{number}{text}", f"S{number}{text}"
        currency = text[:8] if int(number) % 4 == 0 else "EUR"
        orders.append([order, text, supplier, "issued", currency, "2024-03-10", text, text])
        lines.append([f"{order}/1", order, f"P{text}", text, text, "10", str(10 + int(number)), "work", text, "2024-04-01"])
        lines.append([f"{order}/2", order, "", text, text, "10", str(10 + int(number)), "work", "", "2024-04-01"])
        invoices.append([f"I{order}", supplier, text, "2024-05-01", currency])
        bills.append([f"I{order}/1", f"I{order}", f"{order}/1", text, "10", "99"])
    tables = {
        "sites": [["site_id", "name"], *([text, text] for _, text in names if text)],
        "suppliers": [["supplier_id", "name", "status"], *([f"S{number}{text}", text, "blocked"] for number, text in names)],
        "parts": [["part_id", "description", "unit"], *([f"P{text}", text, text] for _, text in names)],
        "contracts": [["contract_id", "supplier_id", "category"], *([f"K{text}", "else", text] for _, text in names if text)],
        "purchase_orders": orders,
        "purchase_order_lines": lines,
        "invoices": invoices,
        "invoice_lines": bills,
        "receipts": [
            ["receipt_line_id", "purchase_order_line_id", "quantity_received", "received_at"],
            ["R", "nothing", "1", "2024-04-02"],
        ],
    }
    return plants.write(folder, tables)
