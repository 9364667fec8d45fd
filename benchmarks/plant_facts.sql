-- A made-up plant as exchange tables: every row is a pure function of its number and the seed, so that tables of any size
-- agree with one another without being joined, and the same call gives the same rows.
--
-- Reads the variables `seed` and `deliveries` (how many; about the number of invoice lines). Numbers used throughout:
--   o order, k order line, m delivery, v invoice, w work order, p part, s supplier; `_us` microseconds, `_c` hundredths.
-- A delivery is what comes in one receipt line and is billed in one invoice line.

CREATE MACRO roll(number, purpose, sides) AS (hash(number, purpose, getvariable('seed')) % sides::UBIGINT)::BIGINT;
CREATE MACRO chance(number, purpose, per_mille) AS hash(number, purpose, getvariable('seed')) % 1000 < per_mille;
CREATE MACRO padded(number, digits) AS lpad(number::VARCHAR, digits, '0');
CREATE MACRO days(number) AS number::BIGINT * 86400000000;
CREATE MACRO hundredths(number) AS (number::DECIMAL(12, 0) * 0.01::DECIMAL(3, 2))::DECIMAL(18, 6);
CREATE MACRO instant(us) AS make_timestamp(us)::TIMESTAMPTZ;
CREATE MACRO day(us) AS make_timestamp(us)::DATE;
CREATE MACRO employee(number, purpose, staff) AS 'P' || padded(roll(number, purpose, staff), 4);

-- 1. The shape that repeats: how many lines an order has, and in how many deliveries they come. -----------------------------------

CREATE TABLE order_pattern AS
SELECT slot, [1, 1, 1, 2, 2, 3, 3, 4, 5, 10][roll(slot, 'lines', 10) + 1] AS lines,
    [1, 1, 1, 1, 1, 1, 1, 1, 2, 3][roll(slot, 'deliveries', 10) + 1] AS deliveries
FROM range(1000) AS pattern(slot);

CREATE TABLE line_pattern AS
SELECT row_number() OVER (ORDER BY order_slot, line_no) - 1 AS slot, order_slot, line_no,
    CASE WHEN chance(order_slot * 10 + line_no, 'never delivered', 30) THEN 0 ELSE deliveries END AS deliveries
FROM (SELECT slot AS order_slot, deliveries, unnest(range(1, lines + 1)) AS line_no FROM order_pattern);

CREATE TABLE delivery_pattern AS
SELECT row_number() OVER (ORDER BY order_slot, delivery_no, line_no) - 1 AS slot, slot AS line_slot, order_slot, line_no, deliveries,
    delivery_no,
    dense_rank() OVER (ORDER BY order_slot, delivery_no) - 1 AS invoice_slot,
    row_number() OVER (PARTITION BY order_slot, delivery_no ORDER BY line_no) AS position
FROM (SELECT *, unnest(range(1, deliveries + 1)) AS delivery_no FROM line_pattern);

SET VARIABLE block_lines = (SELECT count(*) FROM line_pattern);
SET VARIABLE block_deliveries = (SELECT count(*) FROM delivery_pattern);
SET VARIABLE block_invoices = (SELECT max(invoice_slot) + 1 FROM delivery_pattern);
SET VARIABLE orders = (
    SELECT getvariable('deliveries') // getvariable('block_deliveries') * 1000 + order_slot + 1
    FROM delivery_pattern WHERE slot = getvariable('deliveries') % getvariable('block_deliveries')
);
SET VARIABLE blocks = getvariable('orders') // 1000 + 1;
SET VARIABLE works = (getvariable('orders') + 4) // 5;

-- Three years of orders, evenly spread; work orders of long ago are those of 200 days before.
SET VARIABLE start_us = epoch_us(TIMESTAMP '2022-01-03 06:00:00');
SET VARIABLE step_us = days(3 * 365) // getvariable('orders');
SET VARIABLE long_ago = days(200) // (5 * getvariable('step_us')) + 1;
CREATE MACRO moment_us(o) AS getvariable('start_us') + o * getvariable('step_us');

-- 2. What each number stands for. -------------------------------------------------------------------------------------------------

CREATE MACRO site_of(w) AS roll(w, 'site', 5) + 1;
CREATE MACRO site_id(site) AS 'S' || padded(site, 2);
CREATE MACRO currency_of(site) AS CASE WHEN site <= 2 THEN 'EUR' WHEN site <= 4 THEN 'USD' ELSE 'JPY' END;
CREATE MACRO supplier_id(s) AS padded(100000 + s, 10);
CREATE MACRO contract_id(s, currency) AS 'CT-' || padded(s, 5) || '-' || currency;
CREATE MACRO part_id(p) AS 'MAT-' || padded(p, 7);
CREATE MACRO part_kind(p) AS CASE WHEN roll(p, 'kind', 100) < 82 THEN 'material' WHEN roll(p, 'kind', 100) < 95 THEN 'service'
    WHEN roll(p, 'kind', 100) < 98 THEN 'outside' ELSE 'tool' END;
CREATE MACRO part_unit(p) AS CASE WHEN part_kind(p) = 'service' THEN 'H'
    WHEN part_kind(p) <> 'material' OR roll(p, 'unit', 10) > 1 THEN 'PCS'
    WHEN roll(p, 'unit', 10) = 1 THEN 'KG' ELSE 'M' END;
CREATE MACRO part_tracking(p) AS CASE WHEN roll(p, 'tracking', 100) < 5 THEN 'lot' WHEN roll(p, 'tracking', 100) < 7 THEN 'serial'
    ELSE 'none' END;
CREATE MACRO part_category(p) AS 'CAT-' || padded(roll(p, 'category', 50), 2);
-- A price is a whole number of grains: cents for pieces, whole units of money where quantities have decimals or the price is
-- per 100, so that every honest amount is exact to the cent and only planted differences differ.
CREATE MACRO part_price_quantity(p) AS CASE WHEN part_kind(p) = 'material' AND chance(p, 'price quantity', 30) THEN 100 ELSE 1 END;
CREATE MACRO part_step_c(p) AS CASE part_unit(p) WHEN 'H' THEN 25 WHEN 'KG' THEN 10 WHEN 'M' THEN 50 ELSE 100 END;
CREATE MACRO part_grain_c(p) AS CASE WHEN part_unit(p) = 'PCS' AND part_price_quantity(p) = 1 THEN 1 ELSE 100 END;
CREATE MACRO part_grains(p) AS CASE WHEN part_unit(p) = 'H' THEN 40 + roll(p, 'price', 100)
    WHEN part_grain_c(p) = 100 THEN 1 + roll(p, 'price', 200)
    ELSE (1 + roll(p, 'price', 1000)) * (1 + roll(p, 'price decade', 100)) END;
CREATE MACRO grains_in(p, currency) AS part_grains(p) * CASE currency WHEN 'JPY' THEN 150 ELSE 1 END;

CREATE MACRO work_order_id(w) AS '0000' || padded(40000000 + w, 8);
CREATE MACRO work_order_line_id(w, number) AS work_order_id(w) || '-' || padded(10 * (number + 1), 4);
CREATE MACRO requisition_id(r) AS padded(10000000 + r, 10);
CREATE MACRO purchase_order_id(o) AS '45' || padded(o, 8);
CREATE MACRO order_line_id(o, line_no) AS purchase_order_id(o) || '-' || padded(10 * line_no, 5);
CREATE MACRO receipt_line_id(m) AS '50' || padded(m, 8) || '-0001';
CREATE MACRO lot_id(m) AS 'L' || padded(m, 9);
CREATE MACRO invoice_id(v, copy) AS '51' || padded(v, 8) || copy;

-- 3. Facts that several tables share. ---------------------------------------------------------------------------------------------

CREATE MACRO supplier_of(o) AS least(roll(o, 'supplier', 2000), roll(o, 'large supplier', 2000));
CREATE MACRO created_us(o) AS moment_us(o) + roll(o, 'minute', 240) * 60000000;
CREATE MACRO issued_us(o) AS created_us(o) + days(2) + CASE WHEN chance(o, 'after the fact', 15) THEN days(45) ELSE 0 END;
-- When a delivery is due to come. Its receipt is booked within eight hours, its invoice dated one to three days later.
CREATE MACRO delivered_us(o, delivery_no) AS moment_us(o) + days(5 + roll(o, 'lead', 20) + 20 * (delivery_no - 1));
-- A supplier sells 25 parts; the lines of one order are for different ones.
CREATE MACRO part_of(o, line_no) AS supplier_of(o) * 25 + (roll(o, 'catalogue', 25) + 3 * line_no) % 25;
CREATE MACRO has_contract(s) AS s % 5 = 0;

CREATE VIEW order_facts AS
SELECT o, o // 5 AS w, site_of(w) AS site, currency_of(site) AS currency, supplier_of(o) AS s, created_us(o) AS created_us,
    created_us(o) + days(1) + CASE WHEN chance(o, 'approved late', 10) THEN days(5) ELSE 0 END AS approved_us,
    roll(o, 'status', 1000) AS fate,
    CASE WHEN fate < 2 THEN 'draft' WHEN fate < 4 THEN 'submitted' WHEN fate < 5 THEN 'rejected' WHEN fate < 12 THEN 'cancelled'
        WHEN fate < 32 THEN 'approved' WHEN fate < 400 THEN 'issued' ELSE 'closed' END AS status
FROM range(getvariable('orders')) AS numbers(o);

CREATE VIEW line_index AS
SELECT k, k // getvariable('block_lines') * 1000 + order_slot AS o, line_no, deliveries
FROM range(getvariable('blocks') * getvariable('block_lines')) AS numbers(k)
JOIN line_pattern ON line_pattern.slot = k % getvariable('block_lines')
WHERE o < getvariable('orders');

CREATE VIEW delivery_index AS
SELECT m, m // getvariable('block_deliveries') * getvariable('block_lines') + line_slot AS k,
    m // getvariable('block_deliveries') * 1000 + order_slot AS o, line_no, deliveries, delivery_no,
    m // getvariable('block_deliveries') * getvariable('block_invoices') + invoice_slot AS v, position
FROM range(getvariable('deliveries')) AS numbers(m)
JOIN delivery_pattern ON delivery_pattern.slot = m % getvariable('block_deliveries');

-- What an order line is: steps = how many steps of the part's unit are ordered (three at least, so that each of three deliveries
-- brings something); price_c = the order's price in hundredths. Also asked of a delivery, for its order line.
CREATE MACRO line_facts(source) AS TABLE
SELECT *, o // 5 AS w, site_of(w) AS site, currency_of(site) AS currency, supplier_of(o) AS s, part_of(o, line_no) AS p,
    part_kind(p) AS kind, part_unit(p) AS unit, part_step_c(p) AS step_c, part_price_quantity(p) AS price_quantity,
    3 + least(roll(k, 'quantity', 120), roll(k, 'small quantity', 120)) AS steps,
    part_grain_c(p) * CASE WHEN has_contract(s) AND NOT chance(k, 'above contract', 20) THEN grains_in(p, currency)
        ELSE greatest(1, grains_in(p, currency) * (100 + roll(k, 'market', 5)) // 100) END AS price_c,
    kind = 'service' AND chance(k, 'by amount', 40) AS by_amount
FROM query_table(source);

-- How an order line names its need, and its work. Requisitions are for every 16/5th line.
CREATE MACRO requisition_of(k) AS (k * 5 + 15) // 16;
CREATE MACRO is_requisitioned(k) AS requisition_of(k) * 16 // 5 = k;
CREATE MACRO need_of(k) AS CASE WHEN roll(k, 'need', 1000) < 80 THEN 'stock' WHEN roll(k, 'need', 1000) < 90 THEN 'exempt'
    WHEN roll(k, 'need', 1000) >= 105 THEN 'work' END;
CREATE MACRO for_work(k) AS roll(k, 'need', 1000) >= 115;
CREATE MACRO is_allocated(k) AS for_work(k) AND chance(k, 'allocated', 270);
CREATE MACRO work_number(k, o) AS CASE WHEN chance(k, 'long closed work', 8) THEN greatest(0, o // 5 - getvariable('long_ago'))
    WHEN chance(k, 'work elsewhere', 5) THEN (o // 5 + 1) % getvariable('works') ELSE o // 5 END;
CREATE MACRO work_named(k, o) AS CASE WHEN chance(k, 'unknown work', 3) THEN '0000UNKNOWN' ELSE work_order_id(work_number(k, o)) END;
-- Each work order has three lines: the needs behind the first line of its first, third and fifth order.
CREATE MACRO states_need(o, line_no) AS line_no = 1 AND o % 5 IN (0, 2, 4);
CREATE MACRO work_line_named(k, o, line_no) AS CASE WHEN states_need(o, line_no) AND work_named(k, o) = work_order_id(o // 5)
    THEN work_order_line_id(o // 5, o % 5 // 2) END;

CREATE MACRO steps_delivered(steps, deliveries, delivery_no) AS steps * delivery_no // deliveries - steps * (delivery_no - 1) // deliveries;
CREATE MACRO is_received(k, m) AS NOT chance(k, 'two way', 50) AND NOT chance(m, 'never received', 15);
CREATE MACRO spoken(number, word) AS CASE WHEN chance(number, 'word left out', 600) THEN NULL ELSE word END;

-- What is billed: one row a delivery, and again in the copies of its invoice: D billed twice, C credited.
CREATE MACRO is_reversed(v) AS chance(v, 'reversed', 200);
CREATE VIEW billed_deliveries AS
FROM line_facts('delivery_index') WHERE NOT chance(m, 'not billed', 15);
CREATE VIEW billed AS
SELECT *, '' AS copy FROM billed_deliveries
UNION ALL SELECT *, 'D' FROM billed_deliveries WHERE chance(v, 'billed twice', 5)
UNION ALL SELECT *, 'C' FROM billed_deliveries WHERE chance(v, 'credited', 20) AND (is_reversed(v) OR position = 1);

CREATE VIEW billed_facts AS
SELECT *, steps_delivered(steps, deliveries, delivery_no) AS part,
    step_c * CASE WHEN copy = 'C' AND NOT is_reversed(v) THEN (part + 1) // 2
        WHEN chance(m, 'more billed', 10) THEN part + 1 + roll(m, 'more', 2) ELSE part END AS quantity_c,
    CASE WHEN chance(m, 'dearer', 20) THEN price_c + part_grain_c(p) * greatest(1, price_c // part_grain_c(p) // 20)
        WHEN chance(m, 'cheaper', 10) AND price_c > part_grain_c(p) THEN price_c - part_grain_c(p) ELSE price_c END AS billed_price_c,
    quantity_c::BIGINT * billed_price_c // price_quantity // 100 + CASE WHEN chance(m, 'surcharge', 2) THEN 500 ELSE 0 END AS amount_c
FROM billed;

CREATE TABLE order_values AS
SELECT o, sum(steps * step_c::BIGINT * price_c // price_quantity // 100)::BIGINT AS value_c FROM line_facts('line_index') GROUP BY o;

CREATE TABLE invoice_values AS
SELECT v, copy, any_value(o) AS o, any_value(delivery_no) AS delivery_no, sum(amount_c)::BIGINT AS net_c
FROM billed_facts GROUP BY v, copy ORDER BY v, copy;
