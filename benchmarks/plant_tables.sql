-- The exchange tables of the made-up plant, one view a table, from the facts of plant_facts.sql.

-- 1. Masterdata. --------------------------------------------------------------------------------------------------------------------

CREATE VIEW sites AS
SELECT site_id(site) AS site_id, 'Plant ' || site AS name, CASE currency WHEN 'EUR' THEN 'DE' WHEN 'USD' THEN 'US' ELSE 'JP' END AS country,
    currency, CASE currency WHEN 'EUR' THEN 'Europe/Berlin' WHEN 'USD' THEN 'America/Chicago' ELSE 'Asia/Tokyo' END AS timezone
FROM (SELECT site, currency_of(site) AS currency FROM range(1, 6) AS numbers(site));

CREATE VIEW suppliers AS
SELECT supplier_id(s) AS supplier_id, 'Supplier ' || s AS name,
    CASE WHEN chance(s, 'no tax id', 50) THEN NULL WHEN chance(s, 'shared tax id', 10) THEN 'TAX0000'
        ELSE 'TAX' || padded(s, 9) END AS tax_id,
    ['DE', 'US', 'JP', 'PL'][roll(s, 'country', 4) + 1] AS country,
    CASE WHEN chance(s, 'blocked', 10) THEN 'blocked' WHEN chance(s, 'conditional', 10) THEN 'conditional' ELSE 'approved' END AS status,
    day(getvariable('start_us') + days(roll(s, 'status since', 1000))) AS status_since, 30::INTEGER AS payment_terms_days
FROM range(2000) AS numbers(s);

CREATE VIEW parts AS
SELECT part_id(p) AS part_id, 'Part ' || p AS description, part_unit(p) AS unit, part_kind(p) AS kind,
    CASE WHEN chance(p, 'make', 20) THEN 'make' ELSE 'buy' END AS supply, part_tracking(p) AS tracking,
    5 + roll(p, 'lead', 40) AS lead_time_days,
    hundredths(part_grains(p) * part_grain_c(p)) AS standard_cost, 'EUR' AS currency, part_category(p) AS category
FROM range(50000) AS numbers(p);

CREATE VIEW unit_conversions AS
SELECT part_id, from_unit, to_unit, numerator::DECIMAL(18, 6) AS numerator, denominator::DECIMAL(18, 6) AS denominator
FROM (
    VALUES (NULL, 'G', 'KG', 1, 1000), (NULL, 'KG', 'G', 1000, 1), (NULL, 'MIN', 'H', 1, 60), (NULL, 'MM', 'M', 1, 1000)
    UNION ALL SELECT part_id(p), 'BOX', 'PCS', 12, 1 FROM range(0, 50000, 25) AS numbers(p)
) AS conversions(part_id, from_unit, to_unit, numerator, denominator);

CREATE VIEW rates AS
SELECT from_currency, to_currency, (DATE '2022-01-01' + to_months(month::INTEGER))::DATE AS valid_from,
    (rate * (1::DECIMAL(18, 6) + (roll(month, from_currency || to_currency, 41) - 20) * 0.001::DECIMAL(4, 3)))::DECIMAL(18, 6) AS rate
FROM range(48) AS numbers(month), (
    VALUES ('EUR', 'USD', 1.08), ('USD', 'EUR', 0.925), ('EUR', 'JPY', 158.2), ('JPY', 'EUR', 0.00632), ('USD', 'JPY', 146.4),
    ('JPY', 'USD', 0.00683)
) AS pairs(from_currency, to_currency, rate);

CREATE VIEW contracts AS
SELECT contract_id(s, currency) AS contract_id, supplier_id(s) AS supplier_id, part_id(s * 25 + position) AS part_id,
    NULL::VARCHAR AS category,
    hundredths(grains_in(s * 25 + position, currency) * part_grain_c(s * 25 + position)) AS unit_price,
    part_price_quantity(s * 25 + position) AS price_quantity, currency, valid_from, valid_to, NULL::DECIMAL(18, 6) AS amount_limit
FROM range(0, 2000, 5) AS suppliers(s), range(25) AS catalogue(position), (VALUES ('EUR'), ('USD'), ('JPY')) AS currencies(currency),
    (VALUES (DATE '2021-12-01', DATE '2023-06-30'), (DATE '2023-07-01', NULL)) AS periods(valid_from, valid_to);

-- 2. Work. ----------------------------------------------------------------------------------------------------------------------------

CREATE VIEW work_orders AS
SELECT work_order_id(w) AS work_order_id, site_id(site_of(w)) AS site_id,
    ['preventive', 'corrective', 'corrective', 'production', 'repair', 'inspection', 'calibration', 'rework'][
        roll(w, 'work kind', 8) + 1] AS kind,
    CASE WHEN chance(w, 'work cancelled', 5) THEN 'cancelled' WHEN chance(w, 'work open', 50) THEN 'in_progress'
        WHEN chance(w, 'work only completed', 100) THEN 'completed' ELSE 'closed' END AS status,
    'Job ' || w AS description, 'AST-' || padded(roll(w, 'asset', 20000), 6) AS asset_id,
    CASE WHEN chance(w, 'contractor', 150) THEN supplier_id(roll(w, 'contractor', 2000)) END AS contractor_id,
    'CC' || padded(roll(w, 'cost centre', 400), 4) AS cost_center,
    make_timestamp(moment_us(w * 5) - days(20)) AS created_at, make_timestamp(moment_us(w * 5) - days(5)) AS released_at,
    CASE WHEN status <> 'cancelled' THEN make_timestamp(moment_us(w * 5) + days(15) + roll(w, 'start', 600) * 60000000) END AS started_at,
    CASE WHEN status IN ('completed', 'closed') THEN make_timestamp(moment_us(w * 5) + days(90)) END AS completed_at,
    CASE WHEN status = 'closed' THEN make_timestamp(moment_us(w * 5) + days(110)) END AS closed_at,
    employee(w, 'requester', 300) AS requested_by, employee(w, 'supervisor', 60) AS approved_by,
    hundredths(5000_00 * CASE currency_of(site_of(w)) WHEN 'JPY' THEN 150 ELSE 1 END
        + value_c * CASE WHEN chance(w, 'small budget', 20) THEN 50 ELSE 130 END // 100) AS budget_amount,
    currency_of(site_of(w)) AS currency
FROM (SELECT o // 5 AS w, sum(value_c)::BIGINT AS value_c FROM order_values GROUP BY ALL ORDER BY w);

CREATE VIEW work_order_lines AS
SELECT work_order_line_id(w, o % 5 // 2) AS work_order_line_id, work_order_id(w) AS work_order_id,
    padded(10 * (o % 5 // 2 + 1), 4) AS operation_no,
    CASE WHEN kind = 'outside' THEN make_timestamp(moment_us(w * 5) + days(20)) END AS operation_started_at,
    CASE kind WHEN 'tool' THEN 'material' ELSE kind END AS kind, part_id(p) AS part_id,
    CASE WHEN kind = 'outside' THEN CASE WHEN chance(k, 'revision differs', 100) THEN 'B' ELSE 'A' END END AS revision,
    'Part ' || p AS description,
    hundredths((steps + CASE WHEN chance(k, 'need changed', 5) THEN 2 ELSE 0 END) * step_c) AS quantity, unit,
    day(moment_us(w * 5) + days(15)) AS need_by, hundredths(price_c) AS unit_price_estimated,
    CASE WHEN for_work(k) THEN spoken(k, 'buy') ELSE 'stock' END AS supply
FROM line_facts('line_index') WHERE states_need(o, line_no);

CREATE VIEW consumption AS
SELECT 'U' || padded(m, 9) AS consumption_id, work_order_id(w) AS work_order_id, part_id(p) AS part_id,
    CASE WHEN part_tracking(p) = 'none' OR chance(m, 'lot not noted', 10) THEN NULL WHEN chance(m, 'lot mistyped', 3) THEN 'L?' || m
        ELSE lot_id(m) END AS lot_id,
    hundredths(step_c * CASE WHEN chance(m, 'overdrawn', 3) THEN steps + 1
        ELSE steps_delivered(steps, deliveries, delivery_no) END) AS quantity,
    make_timestamp(delivered_us(o, delivery_no) + days(2)) AS consumed_at, padded(10 * (o % 5 // 2 + 1), 4) AS operation_no,
    employee(m, 'technician', 400) AS person
FROM line_facts('delivery_index')
WHERE kind IN ('material', 'tool') AND for_work(k) AND is_received(k, m)
    AND (part_tracking(p) <> 'none' OR chance(m, 'booked to the work', 100));

CREATE VIEW labour AS
SELECT work_order_id(w) || '-' || day_no AS labour_id, work_order_id(w) AS work_order_id, padded(10 * day_no, 4) AS operation_no,
    employee(w * 3 + day_no, 'technician', 400) AS person, hundredths(25 * (1 + roll(w * 3 + day_no, 'hours', 32))) AS hours,
    hundredths((3500 + 100 * roll(w * 3 + day_no, 'hourly rate', 30))
        * CASE currency_of(site_of(w)) WHEN 'JPY' THEN 150 ELSE 1 END) AS hourly_rate,
    currency_of(site_of(w)) AS currency, day(moment_us(w * 5) + days(14 + day_no)) AS worked_on
FROM range(getvariable('works')) AS numbers(w), range(1, 4) AS day_numbers(day_no);

-- 3. Buying. ------------------------------------------------------------------------------------------------------------------------

CREATE VIEW requisitions AS
SELECT requisition_id(requisition_of(k)) || '-00010' AS requisition_line_id, requisition_id(requisition_of(k)) AS requisition_id,
    CASE WHEN NOT for_work(k) THEN NULL WHEN chance(k, 'other work requested', 3) THEN work_order_id((w + 7) % getvariable('works'))
        ELSE work_named(k, o) END AS work_order_id,
    CASE WHEN for_work(k) THEN work_line_named(k, o, line_no) END AS work_order_line_id, site_id(site) AS site_id, part_id(p) AS part_id,
    'Part ' || p AS description, hundredths(steps * step_c) AS quantity, unit, hundredths(price_c) AS unit_price_estimated, currency,
    make_timestamp(created_us(o) - days(5) + CASE WHEN chance(k, 'requested late', 10) THEN days(40) ELSE 0 END) AS created_at,
    employee(k, 'requester', 300) AS requested_by,
    CASE WHEN chance(k, 'own approval', 4) THEN requested_by ELSE employee(k, 'supervisor', 60) || 'S' END AS approved_by,
    make_timestamp(created_us(o) - days(3)) AS approved_at, 'ordered' AS status
FROM line_facts('line_index') WHERE is_requisitioned(k);

CREATE VIEW purchase_orders AS
SELECT purchase_order_id(o) AS purchase_order_id, site_id(site) AS site_id, supplier_id(s) AS supplier_id, status, currency,
    make_timestamp(created_us) AS created_at,
    CASE WHEN status NOT IN ('draft', 'submitted') AND NOT chance(o, 'unapproved', 5) THEN make_timestamp(approved_us) END AS approved_at,
    CASE WHEN status IN ('approved', 'issued', 'closed') AND NOT chance(o, 'never issued', 3) THEN instant(issued_us(o)) END AS issued_at,
    CASE WHEN status = 'closed' THEN make_timestamp(issued_us(o) + days(100)) END AS closed_at,
    employee(o, 'requester', 300) AS requested_by, employee(o, 'buyer', 40) || 'B' AS created_by,
    CASE WHEN approved_at IS NULL THEN NULL WHEN chance(o, 'self-approved', 5) THEN requested_by
        WHEN chance(o, 'approver noted', 500) THEN employee(o, 'approver', 30) || 'A' END AS approved_by,
    ['DAP', 'FCA', 'EXW', 'DDP'][roll(o, 'incoterm', 4) + 1] AS incoterm, 'Plant ' || site AS incoterm_place,
    30::INTEGER AS payment_terms_days,
    CASE WHEN has_contract(s) AND NOT chance(o, 'off contract', 100) THEN contract_id(s, currency) END AS contract_id,
    CASE WHEN chance(o, 'quoted', 100) THEN 'Q' || padded(o, 8) END AS quote_ref, NULL::VARCHAR AS project, 'Gate ' || site AS deliver_to
FROM order_facts;

CREATE VIEW purchase_order_lines AS
SELECT order_line_id(o, line_no) AS purchase_order_line_id, purchase_order_id(o) AS purchase_order_id, padded(10 * line_no, 5) AS line_no,
    CASE WHEN chance(k, 'line cancelled', 3) THEN 'cancelled' WHEN chance(k, 'line closed', 200) THEN 'closed' END AS status,
    make_timestamp(created_us(o) + CASE WHEN chance(k, 'line added', 5) THEN days(40) ELSE 0 END) AS created_at, spoken(k, kind) AS kind,
    part_id(p) AS part_id, CASE WHEN kind = 'outside' THEN 'A' END AS revision, 'Part ' || p AS description,
    CASE WHEN chance(k, 'own category', 100) THEN part_category(p) END AS category, hundredths(steps * step_c) AS quantity, unit,
    hundredths(price_c) AS unit_price,
    CASE WHEN price_quantity <> 1 OR chance(k, 'per one said', 200) THEN price_quantity END AS price_quantity,
    CASE WHEN by_amount THEN 'amount' END AS basis, NULL::DATE AS valid_from, NULL::DATE AS valid_to,
    day(delivered_us(o, greatest(deliveries, 1)) + CASE WHEN chance(k, 'delivered late', 30) THEN -days(4) ELSE days(3) END) AS need_by,
    need_by AS promised_on, need_of(k) AS need,
    CASE WHEN for_work(k) AND NOT is_allocated(k)
        AND (NOT is_requisitioned(k) OR chance(k, 'named twice', 500)) THEN work_named(k, o) END AS work_order_id,
    CASE WHEN kind = 'outside' THEN padded(10 * (o % 5 // 2 + 1), 4) END AS operation_no,
    CASE WHEN is_requisitioned(k) THEN requisition_id(requisition_of(k)) || '-00010' END AS requisition_line_id,
    CASE WHEN chance(k, 'two way', 50) THEN 'two_way' WHEN chance(k, 'four way', 30) THEN 'four_way' END AS match,
    deliveries = 0 AND chance(k, 'given up', 500) AS delivery_complete, deliveries = 1 AND chance(k, 'final', 300) AS final_invoice
FROM line_facts('line_index');

-- One in twelve allocated lines is shared with the work order after; a few are allocated in part or more than once.
CREATE VIEW allocations AS
WITH allocated AS (
    SELECT *, CASE WHEN chance(k, 'shared', 80) THEN steps - 1 WHEN chance(k, 'over-allocated', 8) THEN steps + 1
        WHEN chance(k, 'under-allocated', 8) THEN steps - 1 ELSE steps END AS steps_allocated,
        CASE WHEN is_requisitioned(k) THEN requisition_id(requisition_of(k)) || '-00010' END AS requisition_line_id
    FROM line_facts('line_index') WHERE is_allocated(k)
)
SELECT order_line_id(o, line_no) AS purchase_order_line_id, work_named(k, o) AS work_order_id,
    work_line_named(k, o, line_no) AS work_order_line_id,
    requisition_line_id, hundredths(steps_allocated * step_c) AS quantity
FROM allocated
UNION ALL
SELECT order_line_id(o, line_no), work_order_id((w + 1) % getvariable('works')), NULL, NULL, hundredths(step_c)
FROM allocated WHERE NOT is_requisitioned(k) AND chance(k, 'shared', 80);

CREATE VIEW order_changes AS
SELECT 'purchase_order_line' AS document, order_line_id(o, line_no) AS document_id,
    ['quantity', 'unit_price', 'need_by', 'promised_on', 'need_by', 'revision'][roll(k, 'field changed', 6) + 1] AS field,
    hundredths(steps * step_c)::VARCHAR AS old, hundredths((steps + 1) * step_c)::VARCHAR AS new,
    make_timestamp(created_us(o) + days(CASE WHEN chance(k, 'changed afterwards', 300) THEN 9 ELSE 0 END) + 3600000000) AS changed_at,
    employee(k, 'buyer', 40) || 'B' AS changed_by
FROM line_facts('line_index') WHERE chance(k, 'changed', 30);

CREATE VIEW approvals AS
SELECT 'purchase_order' AS document, purchase_order_id(o) AS document_id, '1' AS step,
    CASE WHEN chance(o, 'self-approved', 5) THEN employee(o, 'requester', 300) ELSE employee(o, 'approver', 30) || 'A' END AS person,
    make_timestamp(approved_us) AS decided_at, 'approved' AS decision,
    hundredths(value_c * CASE WHEN chance(o, 'approved for less', 10) THEN 80 ELSE 100 END // 100) AS amount
FROM order_facts JOIN order_values USING (o) WHERE status NOT IN ('draft', 'submitted') AND NOT chance(o, 'unapproved', 5)
UNION ALL
SELECT 'work_order', work_order_id(w), '1', employee(w, 'supervisor', 60) || 'S', make_timestamp(moment_us(w * 5) - days(6)), 'approved',
    NULL
FROM range(getvariable('works')) AS numbers(w) WHERE chance(w, 'approval kept', 500);

-- 4. Receiving and settling. ----------------------------------------------------------------------------------------------------------

-- A receipt, and for a few its reversal and the receipt that puts it right. Weights of a fifth of the receipts come in grams.
CREATE VIEW receipts AS
WITH received AS (
    SELECT *, steps_delivered(steps, deliveries, delivery_no) AS part,
        step_c * CASE WHEN chance(m, 'more came', 7) THEN part + 1 WHEN part > 1 AND chance(m, 'less came', 5) THEN part - 1
            ELSE part END AS quantity_c,
        unit = 'KG' AND chance(m, 'in grams', 200) AS in_grams, CASE WHEN in_grams THEN 1000 ELSE 1 END AS grams,
        CASE WHEN part_tracking(p) <> 'none' THEN lot_id(m) END AS lot_id,
        delivered_us(o, delivery_no) + roll(m, 'booked', 480) * 60000000 AS received_us
    FROM line_facts('delivery_index') WHERE is_received(k, m)
)
SELECT receipt_line_id(m) AS receipt_line_id, '50' || padded(m, 8) AS receipt_id,
    CASE WHEN NOT chance(m, 'no order noted', 3) THEN order_line_id(o, line_no) END AS purchase_order_line_id,
    NULL::VARCHAR AS work_order_id,
    hundredths(quantity_c * grams) AS quantity_received,
    CASE WHEN quantity_c > step_c AND chance(m, 'part refused', 5) THEN hundredths((quantity_c - step_c) * grams)
        WHEN chance(m, 'accepted noted', 300) THEN quantity_received END AS quantity_accepted,
    CASE WHEN by_amount THEN hundredths(quantity_c::BIGINT * price_c // price_quantity // 100) END AS amount,
    CASE WHEN in_grams THEN 'G' WHEN chance(m, 'odd unit', 1) THEN 'EA' ELSE spoken(m, unit) END AS unit,
    instant(received_us) AS received_at,
    employee(m, 'clerk', 50) || 'R' AS received_by, lot_id, NULL::VARCHAR AS reverses
FROM received
UNION ALL
SELECT receipt_line_id(m) || correction, '50' || padded(m, 8) || correction, order_line_id(o, line_no), NULL,
    hundredths(quantity_c * grams * sign), NULL,
    CASE WHEN by_amount THEN hundredths(quantity_c::BIGINT * price_c // price_quantity // 100 * sign) END,
    CASE WHEN in_grams THEN 'G' END, instant(received_us + days(1)), employee(m, 'clerk', 50) || 'R', lot_id,
    CASE WHEN sign < 0 THEN receipt_line_id(m) END
FROM received, (VALUES ('R', -1), ('N', 1)) AS corrections(correction, sign) WHERE chance(m, 'booked wrongly', 4);

CREATE VIEW lots AS
SELECT lot_id(m) AS lot_id, part_id(p) AS part_id, NULL::VARCHAR AS revision,
    CASE WHEN part_tracking(p) = 'serial' THEN 'SN' || padded(m, 10) END AS serial,
    CASE WHEN NOT chance(m, 'lot without receipt', 5) THEN receipt_line_id(m) END AS receipt_line_id, NULL::VARCHAR AS work_order_id,
    CASE WHEN chance(m, 'lot size noted', 500) THEN hundredths(step_c * steps_delivered(steps, deliveries, delivery_no)) END AS quantity,
    make_timestamp(delivered_us(o, delivery_no)) AS created_at
FROM line_facts('delivery_index') WHERE is_received(k, m) AND part_tracking(p) <> 'none';

CREATE VIEW invoice_facts AS
SELECT *, supplier_of(o) AS s, currency_of(site_of(o // 5)) AS currency, (net_c * 19 + 50) // 100 AS tax_c,
    delivered_us(o, delivery_no) + days(1 + roll(v, 'billed after', 3) + CASE copy WHEN 'D' THEN 3 WHEN 'C' THEN 20 ELSE 0 END
        - CASE WHEN chance(v, 'billed before', 30) THEN 12 ELSE 0 END) AS dated_us,
    dated_us + days(1 + roll(v, 'entered after', 4)) + roll(v, 'entered at', 28800) * 1000000 AS entered_us,
    CASE WHEN copy = 'C' THEN 'released' WHEN chance(v, 'void', 5) THEN 'void' WHEN chance(v, 'held', 30) THEN 'held'
        WHEN chance(v, 'waiting', 40) THEN 'received' ELSE 'paid' END AS status
FROM invoice_values;

-- Each supplier writes its numbers in its own way. A second copy of a bill is written the same, a little otherwise,
-- or with its last sign lost.
CREATE MACRO invoice_number(v, s, copy) AS CASE s % 4 WHEN 0 THEN 'INV-' || padded(v, 8)
    WHEN 1 THEN 'RE ' || (2022 + v % 3) || '/' || padded(v, 7)
    WHEN 2 THEN v::VARCHAR ELSE 'F' || padded(v, 9) || 'A' END || CASE copy WHEN 'C' THEN '-CR' ELSE '' END;
CREATE MACRO respelt(number, way) AS CASE way WHEN 0 THEN number WHEN 1 THEN ' ' || lower(number) || ' '
    WHEN 2 THEN replace(number, '-', ' ')
    ELSE substr(number, 1, length(number) - 1) END;

CREATE VIEW invoices AS
SELECT invoice_id(v, copy) AS invoice_id,
    supplier_id(CASE WHEN chance(v, 'other supplier', 3) THEN (s + 1) % 2000 ELSE s END) AS supplier_id,
    CASE copy WHEN 'D' THEN respelt(invoice_number(v, s, copy), roll(v, 'spelling', 4))
        ELSE invoice_number(v, s, copy) END AS invoice_number,
    CASE copy WHEN 'C' THEN 'credit' ELSE spoken(v, 'invoice') END AS kind, day(dated_us) AS invoice_date,
    instant(entered_us) AS entered_at,
    day(dated_us + days(30)) AS due_on, CASE WHEN chance(v, 'discount', 200) THEN day(dated_us + days(10)) END AS discount_until,
    chance(v, 'prepayment', 2) AS prepayment,
    CASE WHEN chance(v, 'other currency', 2) THEN CASE currency WHEN 'EUR' THEN 'USD' ELSE 'EUR' END ELSE currency END AS currency,
    hundredths(net_c + CASE WHEN chance(v, 'wrong total', 3) THEN 1200 ELSE 0 END) AS amount_net, hundredths(tax_c) AS amount_tax,
    (amount_net + amount_tax)::DECIMAL(18, 6) AS amount_total, status,
    CASE WHEN chance(v, 'no order', 10) THEN NULL WHEN chance(v, 'work as order', 1) THEN work_order_id(o // 5)
        WHEN chance(v, 'order noted', 700) OR chance(v, 'order only', 15) THEN purchase_order_id(o) END AS purchase_order_id,
    CASE WHEN copy = 'C' AND is_reversed(v) THEN invoice_id(v, '') END AS reverses, employee(v, 'clerk', 30) || 'C' AS entered_by
FROM invoice_facts;

CREATE VIEW invoice_lines AS
SELECT invoice_id(v, copy) || '-' || padded(position, 4) AS invoice_line_id, invoice_id(v, copy) AS invoice_id,
    CASE WHEN chance(v, 'no order', 10) OR chance(v, 'work as order', 1) OR chance(v, 'order only', 15) THEN NULL
        WHEN chance(m, 'unknown line', 1) THEN purchase_order_id(o) || '-99999'
            ELSE order_line_id(o, line_no) END AS purchase_order_line_id,
    CASE WHEN is_received(k, m) AND chance(m, 'receipt noted', 300) THEN receipt_line_id(m) END AS receipt_line_id,
    part_id(p) AS part_id, 'Part ' || p AS description, hundredths(quantity_c) AS quantity, spoken(m, unit) AS unit,
    hundredths(billed_price_c) AS unit_price,
    CASE WHEN price_quantity <> 1 OR chance(m, 'per one said', 200) THEN price_quantity END AS price_quantity,
    CASE WHEN chance(m, 'surcharge', 2) OR NOT chance(m, 'amount left out', 100) THEN hundredths(amount_c) END AS amount,
    CASE WHEN chance(m, 'value only', 3) THEN 'value' END AS effect
FROM billed_facts WHERE NOT chance(v, 'lines lost', 3);

-- One payment an invoice, a few in two halves; a few too much, late or early.
CREATE VIEW payments AS
SELECT '15' || padded(v, 8) || copy || '-' || part AS payment_id, invoice_id(v, copy) AS invoice_id,
    hundredths(CASE WHEN parts = 1 THEN net_c + tax_c WHEN part = 1 THEN (net_c + tax_c) // 2 ELSE (net_c + tax_c + 1) // 2 END
        + CASE WHEN chance(v, 'overpaid', 2) THEN 2500 ELSE 0 END) AS amount,
    currency, instant(dated_us + days(27 + roll(v, 'paid', 4) + CASE WHEN chance(v, 'paid late', 20) THEN 15 ELSE 0 END
        - CASE WHEN chance(v, 'paid early', 10) THEN 20
            ELSE 0 END) + part * 3600000000) AS paid_at, employee(v, 'treasurer', 9) || 'T' AS approved_by
FROM (SELECT *, CASE WHEN chance(v, 'in halves', 50) THEN 2 ELSE 1 END AS parts FROM invoice_facts), range(1, 3) AS halves(part)
WHERE part <= parts AND (status = 'paid' OR status = 'void' AND chance(v, 'paid though void', 50));
