"""Exports as systems write them, made small: the same six orders as SAP tables and as one flat spreadsheet."""

from collections.abc import Iterable, Sequence


def table(header: str, rows: Iterable[Sequence[object]], delimiter: str = ";") -> str:
    lines = [header, *(delimiter.join(str(cell) for cell in row) for row in rows)]
    return "\n".join(lines) + "\n"


ORDERS = range(4500000001, 4500000007)
PRICES = ("12,50", "7,25", "100,00", "0,99", "48,10", "3,75")
QUANTITIES = ("10,000", "4,500", "1,000", "250,000", "2,000", "8,250")


def german(day: int, month: int = 3) -> str:
    return f"{day:02}.{month:02}.2024"


SAP: dict[str, str | bytes] = {
    "EKKO.csv": table(
        "MANDT;EBELN;BUKRS;BSTYP;LIFNR;BEDAT;ERNAM;WAERS;INCO1",
        [("100", order, "1000", "F", f"{71000 + n % 3:010}", german(n + 13), "MEIER", "EUR", "EXW") for n, order in enumerate(ORDERS)]
        + [("100", 4600000001, "1000", "K", "0000071000", german(1), "MEIER", "EUR", "DAP")],
    ),
    "EKPO.csv": table(
        "EBELN;EBELP;MATNR;TXZ01;MENGE;MEINS;NETPR;PEINH;NETWR;LOEKZ;AUFNR;ELIKZ",
        [
            (
                order,
                f"{line:05}",
                f"M-{line}",
                "Dichtung",
                QUANTITIES[n],
                "ST",
                PRICES[n],
                1,
                _net,
                "",
                f"{4000 + n:012}",
                "X" if n % 2 else "",
            )
            for n, order in enumerate(ORDERS)
            for line in (10, 20)
            for _net in (f"{float(QUANTITIES[n].replace(',', '.')) * float(PRICES[n].replace(',', '.')):.2f}".replace(".", ","),)
        ],
    ),
    "EKBE.csv": table(
        "EBELN;EBELP;VGABE;BELNR;BUZEI;BEWTP;BUDAT;MENGE;SHKZG",
        [
            (
                order,
                f"{line:05}",
                vgabe,
                5000000000 + n * 4 + line + kind,
                1,
                "EQ"[kind],
                german(n + 20),
                QUANTITIES[n],
                "H" if n == 5 else "S",
            )
            for n, order in enumerate(ORDERS)
            for line in (10, 20)
            for kind, vgabe in enumerate("12")
        ],
    ),
    "LFA1.csv": table("LIFNR;NAME1;LAND1;STCEG", [(f"{71000 + n:010}", f"Lieferant {n}", "DE", f"DE81234567{n}") for n in range(4)]),
    "AUFK.csv": table(
        "AUFNR;AUART;KTEXT;WERKS;ERDAT;IDAT2;IDAT3",
        [(f"{4000 + n:012}", f"PM0{n % 3 + 1}", f"Pumpe {n}", "1000", german(n + 1), german(n + 14), "00.00.0000") for n in range(6)],
    ),
}
"""EKKO … AUFK as a German user saves them: semicolons, decimals with a comma, days with points."""


def _flat(n: int) -> tuple[object, ...]:
    order = (f"PO{n // 2}", n % 2 + 1, f"V{n // 4}", f"Vendor number {n // 4}", f"2024-02-{n // 2 + 1:02}")
    line = (f"I{n}", f"bolt {n}", n + 2, "EA", f"{n + 1}.50", f"{(n + 2) * (n + 1.5):.2f}", f"2024-03-{n + 1:02}")
    came = ("", "") if n == 3 else (n + 2, f"2024-03-{n + 2:02}")
    return (*order, *line, *came, f"W-{n}")


FLAT = table(
    "Order No.,Line,Supplier,Supplier Name,Order Date,Item,Item Description,Qty Ordered,UoM,Unit Price,Line Value,Due Date,Qty Received,"
    "Received On,WO Number",
    map(_flat, range(20)),
    ",",
)
"""One spreadsheet with everything: ten orders of two lines."""
