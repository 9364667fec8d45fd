-- The exchange tables of the plant, one view a table, from the facts of facts.sql. Beside the columns of the contract each has `o`, the
-- order that its rows belong to (below zero: to none), and `n`; together they say in which order the rows are written.

-- How moments are written: the purchasing system of some sites says UTC, that of others local time; work is kept in local time.
CREATE MACRO local_text(moment) AS strftime(moment, '%Y-%m-%dT%H:%M:%S');
CREATE MACRO utc_text(moment, site) AS strftime(moment - to_minutes(utc_offset(site, moment)), '%Y-%m-%dT%H:%M:%SZ');
CREATE MACRO written(moment, site) AS CASE WHEN site % 2 = 0 THEN utc_text(moment, site) ELSE local_text(moment) END;
CREATE MACRO day_text(day) AS strftime(day, '%Y-%m-%d');
CREATE MACRO no_text() AS NULL::VARCHAR;
CREATE MACRO no_number() AS NULL::DECIMAL(18, 6);

-- 1. Master data. ---------------------------------------------------------------------------------------------------------------------

CREATE VIEW sites AS
SELECT site - 100 AS o, 0 AS n, site_id(site) AS site_id,
    ['Works Hamburg', 'Works Gdansk', 'Works Leeds', 'Works Dayton', 'Works Nagoya'][site + 1] AS name,
    ['DE', 'PL', 'GB', 'US', 'JP'][site + 1] AS country, currency_of(site) AS currency, zone AS timezone
FROM zones;

-- Suppliers from 0 on; below zero the utility of each site; from `suppliers` on those that nothing was bought from.
CREATE MACRO supplier_count() AS getvariable('suppliers') + getvariable('dormant');
CREATE TABLE supplier_ranks AS
SELECT s, row_number() OVER (ORDER BY hash(s, 'rank', getvariable('seed')), s) AS place
FROM range(-5, supplier_count()) AS numbers(s) ORDER BY s;
CREATE TABLE supplier_names AS SELECT s, supplier_number(place) AS supplier_id FROM supplier_ranks ORDER BY s;

CREATE VIEW suppliers AS
SELECT place AS o, 0 AS n, supplier_number(place) AS supplier_id, 'Vendor ' || padded(1000 + place * 7, 5) AS name,
    ['DE', 'PL', 'GB', 'US', 'JP', 'CZ', 'NL'][roll(s, 'country', 7) + 1] || padded(100000000 + roll(s, 'tax id', 800000) * 1000 + place % 1000, 9)
        || padded(place, 5) AS tax_id,
    ['DE', 'PL', 'GB', 'US', 'JP', 'CZ', 'NL'][roll(s, 'country', 7) + 1] AS country, 'approved' AS status,
    day_text(DATE '2019-01-07' + roll(s, 'since', 1500)) AS status_since,
    (CASE WHEN s < 0 THEN 14 ELSE [30, 30, 45, 60][s % 4 + 1] END)::INTEGER AS payment_terms_days
FROM supplier_ranks;

CREATE VIEW parts AS
SELECT p AS o, 0 AS n, part_id(p) AS part_id, part_category(p) || ' ' || padded(1 + roll(p, 'type', 9000), 4) AS description,
    part_unit(p) AS unit, part_kind(p) AS kind, CASE WHEN p % 25 = 24 THEN 'make' ELSE 'buy' END AS supply,
    CASE WHEN p >= 0 AND p % 25 < 2 THEN 'lot' ELSE 'none' END AS tracking,
    (10 + roll(p, 'lead', 40))::INTEGER AS lead_time_days,
    ((part_cost_c(p)::DECIMAL(12, 0) * 0.01::DECIMAL(3, 2))::DECIMAL(18, 6)
        * CASE part_per(p) WHEN 100 THEN 0.01::DECIMAL(3, 2) ELSE 1 END)::DECIMAL(18, 6) AS standard_cost,
    'EUR' AS currency, part_category(p) AS category
FROM range(-180, 25 * getvariable('suppliers')) AS numbers(p);

CREATE VIEW unit_conversions AS
SELECT place AS o, 0 AS n, no_text() AS part_id, from_unit, to_unit, numerator::DECIMAL(18, 6) AS numerator, denominator::DECIMAL(18, 6) AS denominator
FROM (VALUES (1, 'PR', 'PCS', 2, 1), (2, 'PCS', 'PR', 1, 2), (3, 'G', 'KG', 1, 1000), (4, 'KG', 'G', 1000, 1), (5, 'CM', 'M', 1, 100),
    (6, 'M', 'CM', 100, 1), (7, 'MIN', 'H', 1, 60), (8, 'H', 'MIN', 60, 1)) AS conversions(place, from_unit, to_unit, numerator, denominator);

CREATE VIEW rates AS
SELECT month * 100 + a * 10 + b AS o, 0 AS n, currency_of(a) AS from_currency, currency_of(b) AS to_currency,
    day_text(DATE '2024-01-01' + to_months(month::INTEGER)) AS valid_from,
    ((per_euro(currency_of(b)) * 1000000::BIGINT // per_euro(currency_of(a)) * (990 + roll(month * 25 + a * 5 + b, 'rate', 21)) // 1000)
        ::DECIMAL(15, 0) * 0.000001::DECIMAL(7, 6))::DECIMAL(18, 6) AS rate
FROM range(31) AS months(month), range(5) AS sources(a), range(5) AS targets(b) WHERE a <> b;

CREATE VIEW contracts AS
SELECT 10::BIGINT * s + k AS o, place AS n, contract_number(10 * s + k) AS contract_id, supplier_id, part_id(s * 25 + place) AS part_id,
    no_text() AS category, hundredths(price_c(s * 25 + place, currency, 97)) AS unit_price,
    part_per(s * 25 + place)::INTEGER AS price_quantity, currency, '2023-01-01' AS valid_from, '2027-12-31' AS valid_to, no_number() AS amount_limit
FROM (
    SELECT DISTINCT s, currency, list_position(['EUR', 'PLN', 'GBP', 'USD', 'JPY'], currency) AS k FROM order_facts WHERE special = 'contract'
) JOIN supplier_names USING (s), range(2, 25) AS catalogue(place)
UNION ALL
SELECT 9000000000 + o, 0, contract_number(50000000 + o), supplier_id, NULL, 'FRAMEWORK', NULL, NULL, currency, '2024-01-01', '2027-12-31',
    hundredths(50000000)
FROM order_facts JOIN supplier_names USING (s) WHERE flow = 'blanket';

-- 2. Work. ----------------------------------------------------------------------------------------------------------------------------

-- Beside the work that is bought for: work done with what is there, after every third order.
CREATE VIEW work_moments AS
SELECT o, copy, site, urgent, shared AND copy = 0 AS shared, outside, value_c, first_created - INTERVAL 20 HOUR AS created,
    CASE WHEN urgent THEN last_issued + to_minutes(30 + roll(o, 'start', 90))
        ELSE clock(workday(last_issued::DATE + 2 + roll(o, 'start', 3)), 6, 4, o * 2 + copy, 'start at') END AS started,
    clock(workday(greatest(last_delivered, last_issued::DATE + 5) + 1 + roll(o, 'done', 8)), 9, 6, o * 2 + copy, 'done at') AS completed,
    clock(workday(completed::DATE + 5 + roll(o, 'closed', 20)), 9, 6, o * 2 + copy, 'closed at') AS closed
FROM work_facts, range(2) AS copies(copy) WHERE copy = 0 OR shared
UNION ALL
SELECT o, 2, site, false, false, false, 0, created - INTERVAL 26 HOUR, clock(workday(day + 1), 6, 6, o, 'own start'),
    clock(workday(workday(day + 1) + 1 + roll(o, 'own done', 4)), 9, 6, o, 'own done at'), clock(workday(day + 12 + roll(o, 'own closed', 20)), 9, 6, o, 'own closed at')
FROM order_facts WHERE o % 3 = 0;

CREATE VIEW work_orders AS
SELECT o, copy AS n, work_order_id(o, copy) AS work_order_id, site_id(site) AS site_id,
    CASE WHEN urgent THEN 'corrective' WHEN outside THEN ['production', 'rework', 'deviation'][roll(o, 'work kind', 3) + 1]
        ELSE ['preventive', 'preventive', 'corrective', 'corrective', 'repair', 'inspection', 'calibration', 'qualification', 'installation',
            'field_service', 'production', 'other'][roll(o * 4 + copy, 'work kind', 12) + 1] END AS kind,
    CASE WHEN past(closed) IS NOT NULL THEN 'closed' WHEN past(completed) IS NOT NULL THEN 'completed' WHEN past(started) IS NOT NULL THEN 'in_progress'
        ELSE 'released' END AS status,
    'Order for asset ' || padded(roll(o * 4 + copy, 'asset', 4000), 5) AS description, 'EQ-' || padded(roll(o * 4 + copy, 'asset', 4000), 5) AS asset_id,
    no_text() AS contractor_id, 'CC' || site_id(site) || padded(roll(o, 'cost centre', 40), 2) AS cost_center,
    local_text(created) AS created_at, local_text(created + INTERVAL 2 HOUR) AS released_at, local_text(past(started)) AS started_at,
    local_text(past(completed)) AS completed_at, local_text(past(closed)) AS closed_at,
    staff(o * 4 + copy, 'planner', 60, 'P') AS requested_by, staff(o * 4 + copy, 'supervisor', 30, 'S') AS approved_by,
    CASE WHEN copy = 0 AND roll(o, 'budget', 4) > 0
        THEN hundredths(rounded((value_c * 2 + 600000) * per_euro(currency_of(site)) // 100, 100000)) END AS budget_amount,
    currency_of(site) AS currency
FROM work_moments;

-- A line of a shared order is for two works, half each as far as whole steps allow; every other line for one.
CREATE VIEW work_shares AS
SELECT line_facts.o, l, line_facts.flow, line_facts.link, line_facts.special, lead_order, 0 AS copy, p, unit, per, price_c,
    quantity_c - CASE WHEN line_facts.flow = 'shared' THEN quantity_c // 2 // step_of(unit, per) * step_of(unit, per) ELSE 0 END AS quantity_c
FROM line_facts JOIN order_facts USING (o) WHERE line_facts.flow IN ('goods', 'service', 'outside', 'shared', 'emergency', 'lots')
UNION ALL
SELECT o, l, flow, link, special, o, 1, p, unit, per, price_c, quantity_c // 2 // step_of(unit, per) * step_of(unit, per)
FROM line_facts WHERE flow = 'shared';

CREATE MACRO need_line(o, lead_order, l) AS (o - lead_order) * 20 + l;
CREATE MACRO revision_of(o, l) AS CASE WHEN roll(o * 16 + l, 'revision', 4) = 0 THEN ['A', 'B', 'C'][roll(o, 'which revision', 3) + 1] END;

CREATE VIEW work_order_lines AS
SELECT lead_order AS o, copy * 100 + need_line(o, lead_order, l) AS n, work_line_id(lead_order, copy, need_line(o, lead_order, l)) AS work_order_line_id,
    work_order_id(lead_order, copy) AS work_order_id, padded(10 * l, 4) AS operation_no,
    CASE WHEN shares.flow = 'outside' THEN local_text(past(started + INTERVAL 26 HOUR)) END AS operation_started_at,
    CASE WHEN shares.flow IN ('service', 'outside') THEN shares.flow ELSE 'material' END AS kind, part_id(p) AS part_id,
    revision_of(o, l) AS revision, part_category(p) AS description, hundredths(quantity_c) AS quantity, unit,
    day_text(started) AS need_by, (hundredths(rounded(part_cost_c(p)::BIGINT * per_euro(currency_of(site)) // 100, 1))
        * CASE per WHEN 100 THEN 0.01::DECIMAL(3, 2) ELSE 1 END)::DECIMAL(18, 6) AS unit_price_estimated,
    CASE WHEN roll(o, 'buy', 2) = 0 THEN 'buy' END AS supply
FROM work_shares AS shares
JOIN (SELECT o AS lead_order, copy, site, started FROM work_moments WHERE copy < 2) USING (lead_order, copy)
UNION ALL
SELECT o, 201, work_line_id(o, 2, 1), work_order_id(o, 2), '0010', NULL, 'material', part_id(o * 7 % (25 * getvariable('suppliers')) // 25 * 25 + 3), NULL,
    'from store', hundredths(100), part_unit(o * 7 % (25 * getvariable('suppliers')) // 25 * 25 + 3), NULL, NULL, 'stock'
FROM order_facts WHERE o % 3 = 0;

CREATE VIEW labour AS
SELECT o, copy * 10 + day_no AS n, 'T' || padded(100000 + 30 * o::BIGINT + copy * 10 + day_no, 9) AS labour_id, work_order_id(o, copy) AS work_order_id,
    padded(10 * day_no, 4) AS operation_no, staff(o * 9 + day_no, 'technician', 200, 'T') AS person,
    hundredths(25 * (2 + roll(o * 9 + day_no, 'hours', 30))) AS hours,
    hundredths(rounded((3800 + 100 * roll(o * 9 + day_no, 'hourly rate', 20))::BIGINT * per_euro(currency_of(site)) // 100, 400)) AS hourly_rate,
    currency_of(site) AS currency, day_text(workday(started::DATE + day_no - 1)) AS worked_on
FROM work_moments, (SELECT unnest([1, 2]) AS day_no)
WHERE day_no <= 1 + roll(o * 4 + copy, 'days', 2) AND started::DATE + day_no + 2 <= getvariable('last_day');

-- 3. Buying. --------------------------------------------------------------------------------------------------------------------------

-- A line is asked for where it is linked through its requisition, and where it is linked both ways.
CREATE VIEW requisitions AS
SELECT o, l AS n, requisition_id(o) || '-' || padded(10 * l, 5) AS requisition_line_id, requisition_id(o) AS requisition_id,
    CASE WHEN roll(o, 'names work', 3) > 0 OR shares.link = 'both' THEN work_order_id(lead_order, 0) END AS work_order_id,
    work_line_id(lead_order, 0, need_line(o, lead_order, l)) AS work_order_line_id,
    site_id(site) AS site_id, part_id(p) AS part_id, part_category(p) AS description,
    hundredths(quantity_c) AS quantity, unit,
    (hundredths(rounded(part_cost_c(p)::BIGINT * per_euro(currency_of(site)) // 100, 1))
        * CASE per WHEN 100 THEN 0.01::DECIMAL(3, 2) ELSE 1 END)::DECIMAL(18, 6) AS unit_price_estimated,
    currency_of(site) AS currency, local_text(created - INTERVAL 15 HOUR) AS created_at, staff(o, 'asker', 60, 'P') AS requested_by,
    staff(o, 'supervisor', 30, 'S') AS approved_by, local_text(created - INTERVAL 14 HOUR) AS approved_at, 'ordered' AS status
FROM work_shares AS shares JOIN (SELECT o, site, created FROM order_facts) USING (o) WHERE shares.link IN ('request', 'both');

CREATE TABLE order_values AS
SELECT o, sum(amount_c(quantity_c, price_c, per))::BIGINT AS value_c FROM line_facts GROUP BY o ORDER BY o;

CREATE MACRO settled_on(issued, lead, deliveries, terms) AS delivered_on(issued, lead, deliveries) + 20 + terms;
CREATE MACRO approver(o) AS staff(o, 'approver', 25, 'A');

CREATE VIEW purchase_orders AS
SELECT o, 0 AS n, order_id(o) AS purchase_order_id, site_id(site) AS site_id, supplier_id,
    CASE WHEN settled_on(issued, lead, deliveries, terms) <= getvariable('last_day') AND roll(o, 'tidied', 2) = 0 THEN 'closed' ELSE 'issued' END AS status,
    currency, written(created, site) AS created_at, written(reapproved, site) AS approved_at, written(issued, site) AS issued_at,
    CASE WHEN status = 'closed' THEN written(settled_on(issued, lead, deliveries, terms) + INTERVAL 10 HOUR, site) END AS closed_at,
    staff_number(turn, 'R') AS requested_by, staff(o, 'buyer', 20, 'B') AS created_by,
    CASE WHEN plain OR roll(o, 'approver noted', 3) > 0 THEN approver(o) END AS approved_by,
    ['DAP', 'FCA', 'EXW', 'DDP'][roll(o, 'incoterm', 4) + 1] AS incoterm, country AS incoterm_place, terms::INTEGER AS payment_terms_days,
    CASE WHEN flow = 'blanket' THEN contract_number(50000000 + o)
        WHEN special = 'contract' THEN contract_number(10 * s + list_position(['EUR', 'PLN', 'GBP', 'USD', 'JPY'], currency)) END AS contract_id,
    CASE WHEN roll(o, 'quoted', 8) = 0 THEN 'Q-' || padded(20000 + o, 7) END AS quote_ref, no_text() AS project,
    'Gate ' || (1 + roll(o, 'gate', 3)) AS deliver_to
FROM (
    SELECT *, ['DE', 'PL', 'GB', 'US', 'JP'][site + 1] AS country,
        CASE special WHEN 'changed' THEN approved + INTERVAL 20 HOUR ELSE approved END AS reapproved
    FROM order_facts
) JOIN supplier_names USING (s);

CREATE VIEW purchase_order_lines AS
SELECT o, l AS n, line_id(o, l) AS purchase_order_line_id, order_id(o) AS purchase_order_id, padded(10 * l, 5) AS line_no, no_text() AS status,
    CASE WHEN roll(o, 'line dated', 3) = 0 THEN written(created, site) END AS created_at,
    CASE WHEN lines.flow IN ('service', 'blanket', 'exempt') THEN 'service' WHEN lines.flow = 'outside' THEN 'outside'
        WHEN roll(o * 16 + l, 'kind said', 2) = 0 THEN 'material' END AS kind,
    part_id(p) AS part_id, CASE WHEN lines.flow IN ('goods', 'service', 'outside', 'shared', 'emergency', 'lots') THEN revision_of(o, l) END AS revision,
    coalesce(part_category(p), 'UTILITIES') AS description,
    CASE lines.flow WHEN 'exempt' THEN 'UTILITIES' WHEN 'blanket' THEN 'FRAMEWORK' END AS category,
    hundredths(quantity_c) AS quantity, unit, hundredths(price_c) AS unit_price, CASE WHEN per > 1 THEN per END::INTEGER AS price_quantity,
    CASE lines.flow WHEN 'blanket' THEN 'amount' END AS basis, no_text() AS valid_from, no_text() AS valid_to,
    CASE WHEN lines.flow NOT IN ('blanket', 'exempt')
        THEN day_text(delivered_on(issued, lead, lines.deliveries) + 1 + roll(o * 16 + l, 'slack', 9)) END AS need_by,
    need_by AS promised_on, CASE WHEN lines.flow IN ('stock', 'twin') THEN 'stock' WHEN lines.flow IN ('blanket', 'exempt') THEN 'exempt' ELSE 'work' END AS need,
    CASE WHEN lines.link IN ('own', 'both') THEN work_order_id(lead_order, 0) END AS work_order_id,
    CASE WHEN lines.flow = 'outside' THEN padded(10 * l, 4) END AS operation_no,
    CASE WHEN lines.link IN ('request', 'both') THEN requisition_id(o) || '-' || padded(10 * l, 5) END AS requisition_line_id,
    CASE WHEN lines.special = 'prepaid' OR lines.flow = 'exempt' THEN 'two_way' WHEN roll(o, 'accepted', 12) = 0 AND lines.flow <> 'blanket' THEN 'four_way' END AS match,
    lines.special = 'returned' AND o % 2 = 0 AS delivery_complete, lines.deliveries = 1 AND roll(o, 'final', 3) = 0 AS final_invoice
FROM line_facts AS lines JOIN (SELECT o, issued, created, lead, lead_order FROM order_facts) USING (o);

CREATE VIEW allocations AS
SELECT o, l * 2 + copy AS n, line_id(o, l) AS purchase_order_line_id, work_order_id(lead_order, copy) AS work_order_id,
    work_line_id(lead_order, copy, need_line(o, lead_order, l)) AS work_order_line_id,
    CASE link WHEN 'both' THEN requisition_id(o) || '-' || padded(10 * l, 5) END AS requisition_line_id, hundredths(quantity_c) AS quantity
FROM work_shares WHERE link IN ('allocation', 'both');

CREATE VIEW order_changes AS
SELECT o, l AS n, 'purchase_order_line' AS document, line_id(o, l) AS document_id, 'unit_price' AS field,
    ((price_c + price_step(p, currency))::DECIMAL(12, 0) * 0.01::DECIMAL(3, 2))::DECIMAL(12, 2)::VARCHAR AS old, hundredths(price_c)::DECIMAL(12, 2)::VARCHAR AS new,
    written(approved + INTERVAL 40 MINUTE, site) AS changed_at, staff(o, 'buyer', 20, 'B') AS changed_by
FROM line_facts JOIN (SELECT o, approved FROM order_facts) USING (o) WHERE special = 'changed';

CREATE VIEW approvals AS
SELECT o, 0 AS n, 'purchase_order' AS document, order_id(o) AS document_id, '1' AS step, approver(o) AS person, written(approved, site) AS decided_at,
    'approved' AS decision, CASE WHEN plain OR roll(o, 'up to', 2) = 0 THEN hundredths(value_c) END AS amount
FROM order_facts JOIN order_values USING (o) WHERE plain OR roll(o, 'approver noted', 3) <> 1
UNION ALL
SELECT o, 1, 'purchase_order', order_id(o), '2', staff(o, 'second approver', 25, 'A'), written(approved + INTERVAL 20 HOUR, site), 'approved', hundredths(value_c)
FROM order_facts JOIN order_values USING (o) WHERE special = 'changed';

-- 4. Receiving and settling. ----------------------------------------------------------------------------------------------------------

CREATE MACRO came(delivered, o, d) AS clock(delivered, 8, 7, o * 8 + d, 'came');
CREATE MACRO credited_on(billed) AS workday(billed + 12);
CREATE MACRO receiver(o, d) AS staff(o * 8 + d, 'receiver', 15, 'W');

-- Of returned goods one step goes back; of every second such order all was booked wrongly first and is booked again.
CREATE VIEW receipts AS
WITH received AS (
    SELECT *, 1 AS sign, 0 AS booking, quantity_c AS counted_c FROM delivery_facts WHERE flow <> 'exempt'
    UNION ALL
    SELECT *, -1, 2, CASE WHEN o % 2 = 0 THEN step_of(unit, per) ELSE quantity_c END FROM delivery_facts
    WHERE special = 'returned' AND (o % 2 = 1 OR credited_on(billed) < getvariable('last_day'))
    UNION ALL
    SELECT *, 1, 3, quantity_c FROM delivery_facts WHERE special = 'returned' AND o % 2 = 1
)
SELECT o, (d + booking) * 20 + l AS n, receipt_line_id(o, d + booking, l) AS receipt_line_id, receipt_id(o, d + booking) AS receipt_id,
    line_id(o, l) AS purchase_order_line_id, no_text() AS work_order_id,
    hundredths(sign * counted_c) AS quantity_received, CASE WHEN roll(o, 'accepted said', 3) = 0 THEN hundredths(sign * counted_c) END AS quantity_accepted,
    CASE WHEN by_amount THEN hundredths(amount_c) END AS amount, CASE WHEN roll(o, 'unit said', 2) = 0 THEN unit END AS unit,
    written(came(delivered, o, d) + to_minutes(booking * 10), site) AS received_at, receiver(o, d) AS received_by,
    CASE WHEN flow = 'lots' THEN lot_id(o) END AS lot_id, CASE WHEN sign < 0 THEN receipt_line_id(o, d, l) END AS reverses
FROM received WHERE delivered <= getvariable('last_day');

CREATE VIEW lots AS
SELECT o, 0 AS n, lot_id(o) AS lot_id, part_id(p) AS part_id, no_text() AS revision, no_text() AS serial, receipt_line_id(o, d, l) AS receipt_line_id,
    no_text() AS work_order_id, CASE WHEN roll(o, 'lot size', 2) = 0 THEN hundredths(quantity_c) END AS quantity,
    local_text(came(delivered, o, d)) AS created_at
FROM delivery_facts WHERE flow = 'lots' AND delivered <= getvariable('last_day');

CREATE VIEW consumption AS
SELECT o, 0 AS n, consumption_id(o, 0) AS consumption_id, work_order_id(o, 0) AS work_order_id, part_id(p) AS part_id, lot_id(o) AS lot_id,
    hundredths(quantity_c) AS quantity, local_text(came(delivered, o, d) + INTERVAL 26 HOUR) AS consumed_at, '0010' AS operation_no,
    staff(o, 'technician', 200, 'T') AS person
FROM delivery_facts WHERE flow = 'lots' AND delivered <= getvariable('last_day')
UNION ALL
SELECT o, 1, consumption_id(o, 1), work_order_id(o, 2), part_id(o * 7 % (25 * getvariable('suppliers')) // 25 * 25 + 3), NULL, hundredths(100),
    local_text(clock(workday(day + 1), 13, 3, o, 'used')), '0010', staff(o, 'technician', 200, 'T')
FROM order_facts WHERE o % 3 = 0 AND day + 3 <= getvariable('last_day');

-- What is billed: every delivery; what went back is credited; and the monthly bills of each site's utility, which no order is written for.
CREATE VIEW bills AS
SELECT o, d, flow, special, site, s, currency, billed, entered_on(billed, o, d) AS entered, net_c, tax_of(net_c, site, currency) AS tax_c,
    billed + CASE flow WHEN 'exempt' THEN 14 ELSE [30, 30, 45, 60][s % 4 + 1] END AS due, order_id(o) AS named, 'invoice' AS kind,
    CASE WHEN roll(o, 'discount', 6) = 0 AND flow NOT IN ('exempt', 'twin') AND special <> 'plain' THEN billed + 14 END AS discount
FROM bill_facts
UNION ALL
SELECT o, 2, flow, special, site, s, currency, billed + 9, credited_on(billed), net_c, tax_of(net_c, site, currency), credited_on(billed), order_id(o), 'credit', NULL
FROM (
    SELECT o, any_value(flow) AS flow, any_value(special) AS special, any_value(site) AS site, any_value(s) AS s, any_value(currency) AS currency,
        any_value(billed) AS billed, sum(amount_c(step_of(unit, per), price_c, per))::BIGINT AS net_c
    FROM delivery_facts WHERE special = 'returned' AND o % 2 = 0 GROUP BY o
) WHERE credited_on(billed) < getvariable('last_day')
UNION ALL
SELECT -100 - 10 * month - site, 1, 'utility', 'plain', site, -1 - site, currency_of(site), first + 8, first + 11, net_c, tax_of(net_c, site, currency_of(site)),
    first + 18, NULL, 'invoice', NULL
FROM (
    SELECT month, site, getvariable('last_day') - 18 - 28 * month::INTEGER AS first,
        rounded((90000 + 100 * roll(month * 5 + site, 'metered', 700))::BIGINT * per_euro(currency_of(site)) // 100, 100) AS net_c
    FROM range(25) AS months(month), range(5) AS places(site)
);

CREATE MACRO utility_number(o) AS 60000000 - o;
CREATE VIEW invoices AS
SELECT o, d AS n, CASE WHEN o < 0 THEN invoice_id(utility_number(o) // 10, utility_number(o) % 10) ELSE invoice_id(o, d) END AS invoice_id, supplier_id,
    bill_number(abs(s), billed, CASE WHEN o < 0 THEN utility_number(o) // 10 ELSE o END, CASE WHEN o < 0 THEN utility_number(o) % 10 ELSE d END) AS invoice_number,
    CASE WHEN kind = 'credit' OR roll(o, 'kind said', 2) = 0 THEN kind END AS kind, day_text(billed) AS invoice_date,
    utc_text(clock(entered, 9, 7, o * 8 + d, 'entered at'), site) AS entered_at, day_text(due) AS due_on, day_text(discount) AS discount_until,
    special = 'prepaid' AS prepayment, currency, hundredths(net_c) AS amount_net, hundredths(tax_c) AS amount_tax, hundredths(net_c + tax_c) AS amount_total,
    CASE WHEN kind = 'credit' THEN 'released' WHEN friday(coalesce(discount, due)) <= getvariable('last_day') THEN 'paid'
        WHEN entered + 4 <= getvariable('last_day') THEN 'released' ELSE 'received' END AS status,
    CASE WHEN o < 0 THEN NULL WHEN special = 'plain' OR roll(o, 'order noted', 3) > 0 THEN named END AS purchase_order_id,
    no_text() AS reverses, staff(o * 8 + d, 'clerk', 12, 'C') AS entered_by
FROM bills JOIN supplier_names USING (s);

CREATE VIEW invoice_lines AS
SELECT o, d * 20 + l AS n, invoice_line_id(o, d, l) AS invoice_line_id, invoice_id(o, d) AS invoice_id, line_id(o, l) AS purchase_order_line_id,
    CASE WHEN flow <> 'exempt' AND special <> 'prepaid' AND roll(o, 'receipt noted', 2) = 0 THEN
        receipt_line_id(o, CASE WHEN special = 'returned' AND o % 2 = 1 THEN 4 ELSE d END, l) END AS receipt_line_id,
    part_id(p) AS part_id, coalesce(part_category(p), 'energy') AS description,
    hundredths(quantity_c) AS quantity, CASE WHEN roll(o, 'unit billed', 2) = 0 THEN unit END AS unit,
    hundredths(CASE WHEN by_amount THEN amount_c ELSE price_c END) AS unit_price, CASE WHEN per > 1 THEN per END::INTEGER AS price_quantity,
    hundredths(amount_c) AS amount, CASE WHEN roll(o, 'effect said', 4) = 0 THEN 'quantity' END AS effect
FROM delivery_facts JOIN (SELECT o, d FROM bill_facts) USING (o, d)
UNION ALL
SELECT o, 40 + l, invoice_line_id(o, 2, l), invoice_id(o, 2), line_id(o, l), NULL, part_id(p), part_category(p), hundredths(step_of(unit, per)), NULL,
    hundredths(price_c), CASE WHEN per > 1 THEN per END, hundredths(amount_c(step_of(unit, per), price_c, per)), NULL
FROM delivery_facts WHERE special = 'returned' AND o % 2 = 0 AND credited_on(billed) < getvariable('last_day');

CREATE VIEW payments AS
SELECT o, d AS n, CASE WHEN o < 0 THEN payment_id(utility_number(o) // 10, utility_number(o) % 10) ELSE payment_id(o, d) END AS payment_id,
    CASE WHEN o < 0 THEN invoice_id(utility_number(o) // 10, utility_number(o) % 10) ELSE invoice_id(o, d) END AS invoice_id,
    hundredths((net_c + tax_c) - CASE WHEN discount IS NULL THEN 0 ELSE (net_c + tax_c) * 2 // 100 // coin(currency) * coin(currency) END) AS amount,
    currency, day_text(friday(coalesce(discount, due))) AS paid_at, staff(o, 'treasurer', 4, 'F') AS approved_by
FROM bills WHERE kind = 'invoice' AND friday(coalesce(discount, due)) <= getvariable('last_day');
