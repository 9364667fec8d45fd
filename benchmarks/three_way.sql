-- The yardstick: a three-way match as an analyst would write it by hand, one statement over the same files, for three of the
-- rules (price-above-order, quantity-above-received, quantity-above-ordered): no tolerances, no messages, no policy. What the
-- made-up plant does not contain is not asked for: billing in other units than the order line's, invoices without entry date.
CREATE TABLE three_way AS
WITH line AS (
    SELECT l.purchase_order_line_id, l.part_id, l.unit, l.quantity, l.unit_price, o.currency, coalesce(l.match, 'three_way') AS match,
        coalesce(l.basis, 'quantity') = 'amount' AS by_amount,
        CASE l.price_quantity WHEN 10 THEN 0.1 WHEN 100 THEN 0.01 WHEN 1000 THEN 0.001 WHEN 10000 THEN 0.0001 ELSE 1 END AS per_one,
        l.match IS NOT DISTINCT FROM 'four_way' OR coalesce(l.kind, p.kind, 'material') = 'service' AS counts_accepted
    FROM purchase_order_lines AS l
    JOIN purchase_orders AS o USING (purchase_order_id)
    LEFT JOIN parts AS p ON p.part_id = l.part_id
    WHERE l.status IS DISTINCT FROM 'cancelled' AND coalesce(o.status, 'issued') NOT IN ('draft', 'submitted', 'rejected', 'cancelled')
),
booked AS (
    SELECT purchase_order_line_id, unit,
        sum(CASE WHEN reverses IS NULL THEN quantity_received ELSE -abs(quantity_received) END) AS received,
        sum(CASE WHEN reverses IS NULL THEN coalesce(quantity_accepted, quantity_received)
            ELSE -abs(coalesce(quantity_accepted, quantity_received)) END) AS accepted,
        sum(CASE WHEN reverses IS NULL THEN amount ELSE -abs(amount) END) AS amount
    FROM receipts
    WHERE purchase_order_line_id IS NOT NULL
    GROUP BY purchase_order_line_id, unit
),
goods AS (
    SELECT purchase_order_line_id, bool_and(by_amount OR b.unit IS NULL OR b.unit = line.unit OR c.numerator IS NOT NULL) AS known,
        sum(CASE WHEN by_amount THEN b.amount
            WHEN c.numerator IS NULL THEN CASE WHEN counts_accepted THEN accepted ELSE received END
            ELSE (CASE WHEN counts_accepted THEN accepted ELSE received END * c.numerator / c.denominator)::DECIMAL(18, 6) END) AS received
    FROM booked AS b
    JOIN line USING (purchase_order_line_id)
    LEFT JOIN unit_conversions AS c
        ON c.from_unit = b.unit AND c.to_unit = line.unit AND b.unit <> line.unit AND (c.part_id IS NULL OR c.part_id = line.part_id)
    GROUP BY purchase_order_line_id
),
reversed AS (
    SELECT unnest([a.invoice_id, b.invoice_id]) AS invoice_id
    FROM invoices AS a JOIN invoices AS b ON b.reverses = a.invoice_id
    WHERE a.status <> 'void' AND b.status <> 'void' AND abs(a.amount_total) = abs(b.amount_total)
),
unreferenced AS MATERIALIZED (
    SELECT b.invoice_line_id, b.part_id, i.purchase_order_id
    FROM invoice_lines AS b JOIN invoices AS i USING (invoice_id)
    WHERE b.purchase_order_line_id IS NULL AND i.purchase_order_id IS NOT NULL
),
by_header AS (
    SELECT u.invoice_line_id, l.purchase_order_line_id
    FROM unreferenced AS u JOIN purchase_order_lines AS l USING (purchase_order_id, part_id)
    WHERE l.status IS DISTINCT FROM 'cancelled'
),
billed AS (
    SELECT b.invoice_line_id, b.invoice_id, i.entered_at, i.currency,
        coalesce(b.purchase_order_line_id, h.purchase_order_line_id) AS purchase_order_line_id,
        coalesce(b.effect, 'quantity') = 'quantity' AS moves_quantity, b.unit_price,
        CASE b.price_quantity WHEN 10 THEN 0.1 WHEN 100 THEN 0.01 WHEN 1000 THEN 0.001 WHEN 10000 THEN 0.0001 ELSE 1 END AS per_one,
        CASE WHEN i.kind = 'credit' THEN -abs(b.quantity) ELSE b.quantity END AS quantity,
        coalesce(b.amount, (b.quantity::DECIMAL(38, 6) * b.unit_price * per_one)::DECIMAL(18, 6)) AS value,
        CASE WHEN i.kind = 'credit' THEN -abs(value) ELSE value END AS amount
    FROM invoice_lines AS b
    JOIN invoices AS i USING (invoice_id)
    LEFT JOIN by_header AS h USING (invoice_line_id)
    WHERE i.status IS DISTINCT FROM 'void' AND b.invoice_id NOT IN (FROM reversed)
),
running AS (
    SELECT billed.*, line.match, line.by_amount, line.currency AS order_currency,
        (line.unit_price::DECIMAL(38, 6) * line.per_one)::DECIMAL(18, 6) AS order_price,
        CASE WHEN by_amount THEN billed.amount WHEN moves_quantity THEN billed.quantity ELSE 0 END AS measure,
        sum(CASE WHEN measure < 0 THEN measure END) OVER whole AS credited,
        sum(CASE WHEN measure > 0 THEN measure ELSE 0 END) OVER so_far AS charged,
        (line.quantity::DECIMAL(38, 6) * order_price)::DECIMAL(18, 6) AS ordered_value,
        CASE WHEN by_amount THEN ordered_value ELSE line.quantity END AS ordered
    FROM billed JOIN line USING (purchase_order_line_id)
    WINDOW whole AS (PARTITION BY purchase_order_line_id),
        so_far AS (PARTITION BY purchase_order_line_id ORDER BY entered_at, invoice_id, invoice_line_id)
),
judged AS (
    SELECT running.*, charged + coalesce(credited, 0) AS billed_so_far, coalesce(goods.received, 0) AS received,
        least(measure, greatest(0, billed_so_far - coalesce(goods.received, 0))) AS above_received,
        least(measure, greatest(0, billed_so_far - ordered)) AS above_ordered, 
        (quantity::DECIMAL(38, 6) * order_price)::DECIMAL(18, 6) AS expected, amount - expected AS above_price
    FROM running LEFT JOIN goods USING (purchase_order_line_id)
    WHERE measure > 0 AND moves_quantity AND goods.known IS DISTINCT FROM false
)
SELECT 'price-above-order' AS rule, invoice_id, invoice_line_id, amount AS found, expected, above_price AS excess,
    above_price AS amount_at_risk, currency
FROM judged WHERE NOT by_amount AND above_price > 0 AND currency = order_currency
UNION ALL
SELECT 'quantity-above-received', invoice_id, invoice_line_id, billed_so_far, received, above_received,
    CASE WHEN by_amount THEN above_received ELSE (above_received * unit_price * per_one)::DECIMAL(18, 6) END, currency
FROM judged WHERE match <> 'two_way' AND above_received > 0
UNION ALL
SELECT 'quantity-above-ordered', invoice_id, invoice_line_id, billed_so_far, ordered, above_ordered,
    CASE WHEN by_amount THEN above_ordered ELSE (above_ordered * unit_price * per_one)::DECIMAL(18, 6) END, currency
FROM judged WHERE above_ordered > 0;
