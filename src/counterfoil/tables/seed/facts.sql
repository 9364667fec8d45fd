-- What the plant is made of, before any table: every order and order line as numbers, each a pure function of its own number and the
-- seed, so that plants of any size agree with themselves without being joined, and one call gives one plant.
--
-- Reads the variables `seed`, `orders`, `last_day` (the newest fact), and the tables `shape` (what the 200 orders of a block are) and
-- `order_days` (the day of each order). Numbers: o order, l line of it, d delivery of it, s supplier, p part; `_c` hundredths.

CREATE MACRO roll(number, purpose, sides) AS (hash(number, purpose, getvariable('seed')) % sides::UBIGINT)::INTEGER;
CREATE MACRO padded(number, digits) AS lpad(number::VARCHAR, digits, '0');
CREATE MACRO hundredths(number) AS (number::DECIMAL(15, 0) * 0.01::DECIMAL(3, 2))::DECIMAL(18, 6);
CREATE MACRO workday(day) AS day::DATE + CASE isodow(day) WHEN 6 THEN 2 WHEN 7 THEN 1 ELSE 0 END;
CREATE MACRO clock(day, first_hour, hours, number, purpose) AS
    day::DATE + to_seconds(first_hour * 3600 + roll(number, purpose, hours * 3600));
CREATE MACRO not_after(moment, last_day) AS CASE WHEN moment < last_day + INTERVAL 1 DAY THEN moment END;
CREATE MACRO past(moment) AS not_after(moment, getvariable('last_day'));

-- 1. How documents are numbered. Steps leave room for a second and a third receipt or bill of an order. ------------------------------

CREATE MACRO site_id(site) AS ['1000', '1200', '2000', '3100', '4000'][site + 1];
CREATE MACRO supplier_number(rank) AS '00001' || padded(1000 + rank * 7, 5);
CREATE MACRO part_id(p) AS CASE WHEN p < 0 THEN 'SRV-' || padded(-p, 5) ELSE 'M' || padded(100000 + p, 7) END;
CREATE MACRO work_order_id(o, copy) AS '0080' || padded(100000 + 4 * o + copy, 8);
CREATE MACRO work_line_id(o, copy, l) AS work_order_id(o, copy) || '-' || padded(10 * l, 4);
CREATE MACRO requisition_id(o) AS '001' || padded(100000 + 3 * o, 7);
CREATE MACRO order_id(o) AS '45' || padded(100000 + o, 8);
CREATE MACRO line_id(o, l) AS order_id(o) || '-' || padded(10 * l, 5);
CREATE MACRO receipt_id(o, d) AS '50' || padded(100000 + 10 * o + d, 8);
CREATE MACRO receipt_line_id(o, d, l) AS receipt_id(o, d) || '-' || padded(l, 4);
CREATE MACRO invoice_id(o, d) AS '51' || padded(100000 + 10 * o + d, 8);
CREATE MACRO invoice_line_id(o, d, l) AS invoice_id(o, d) || '-' || padded(l, 3);
CREATE MACRO payment_id(o, d) AS '15' || padded(100000 + 10 * o + d, 8);
CREATE MACRO contract_number(number) AS '46' || padded(100000 + number, 8);
CREATE MACRO lot_id(o) AS 'CH' || padded(200000 + 3 * o, 8);
CREATE MACRO consumption_id(o, n) AS '49' || padded(100000 + 10 * o + n, 8);
CREATE MACRO staff(number, purpose, people, role) AS role || padded(100 + roll(number, purpose, people), 4);
CREATE MACRO staff_number(number, role) AS role || padded(100 + number, 4);

-- A supplier's own number of a bill ends in two check digits, so that no two differ by one slip of the pen.
CREATE MACRO checked(number) AS padded(number, 8) || padded(98 - (number::BIGINT * 100) % 97, 2);
CREATE MACRO bill_number(s, day, o, d) AS
    ['RE-', 'INV', 'F ', 'FV/'][s % 4 + 1] || year(day) || ['-', '/', ' ', '/'][s % 4 + 1] || checked(30000 + 10 * o + d);

-- 2. Money. ---------------------------------------------------------------------------------------------------------------------------

CREATE MACRO currency_of(site) AS ['EUR', 'PLN', 'GBP', 'USD', 'JPY'][site + 1];
CREATE MACRO tax_percent(site) AS [19, 23, 20, 0, 10][site + 1];
-- How many hundredths of a currency are one euro, and the coin that a price in it is a whole number of.
CREATE MACRO per_euro(currency) AS CASE currency WHEN 'PLN' THEN 430 WHEN 'GBP' THEN 86 WHEN 'USD' THEN 110 WHEN 'JPY' THEN 16200 ELSE 100 END;
CREATE MACRO coin(currency) AS CASE currency WHEN 'JPY' THEN 100 ELSE 1 END;
CREATE MACRO rounded(number, step) AS greatest(1, (number::BIGINT + step // 2) // step) * step;
CREATE MACRO tax_of(net_c, site, currency) AS (net_c * tax_percent(site) // 100 + coin(currency) // 2) // coin(currency) * coin(currency);

-- 3. Parts. A supplier sells 25; of goods the first two are followed by lot. Services and outside processing are numbered below zero. --

CREATE MACRO part_kind(p) AS CASE WHEN p >= 0 THEN CASE WHEN roll(p, 'tool', 40) = 0 THEN 'tool' ELSE 'material' END
    WHEN p % 3 = 0 THEN 'outside' ELSE 'service' END;
CREATE MACRO part_unit(p) AS CASE WHEN p < 0 THEN CASE WHEN p % 3 = 0 THEN 'PCS' ELSE 'H' END
    WHEN p % 25 < 2 OR roll(p, 'unit', 10) < 7 THEN 'PCS' WHEN roll(p, 'unit', 10) < 9 THEN 'KG' ELSE 'M' END;
CREATE MACRO part_category(p) AS CASE WHEN p < 0 THEN CASE WHEN p % 3 = 0 THEN 'SUBCON' ELSE 'SERVICE' END
    ELSE ['BEARINGS', 'SEALS', 'PUMPS', 'VALVES', 'ELECTRICAL', 'FASTENERS', 'DRIVES', 'RAW'][roll(p, 'category', 8) + 1] END;
-- Small parts are priced by the hundred and bought by the hundred.
CREATE MACRO part_per(p) AS CASE WHEN p >= 0 AND p % 25 >= 2 AND part_unit(p) = 'PCS' AND roll(p, 'per hundred', 16) = 0 THEN 100 ELSE 1 END;
CREATE MACRO part_cost_c(p) AS CASE WHEN p < 0 THEN 400 * (9 + roll(p, 'cost', 25))
    ELSE (100 + roll(p, 'cost', 900)) * [1, 1, 2, 5, 10, 40][roll(p, 'dear', 6) + 1] END;
-- Kilogrammes and metres come in halves, hours in quarters: their prices are such that every amount is whole coins.
CREATE MACRO price_step(p, currency) AS coin(currency) * CASE part_unit(p) WHEN 'H' THEN 4 WHEN 'PCS' THEN 1 ELSE 2 END;
CREATE MACRO price_c(p, currency, percent) AS
    rounded(part_cost_c(p)::BIGINT * per_euro(currency) * percent // 10000, price_step(p, currency));

-- 4. Orders. --------------------------------------------------------------------------------------------------------------------------

CREATE MACRO supplier_of(o) AS least(roll(o, 'supplier', getvariable('suppliers')), roll(o, 'large supplier', getvariable('suppliers')));

CREATE TABLE order_facts AS
WITH shaped AS (
    SELECT o, day, flow, link, alone, lines AS lines_named, o - place AS lead_order,
        -- What else there is about it; the plain ones are most.
        CASE WHEN flow NOT IN ('goods', 'stock') THEN 'plain' ELSE ['plain', 'plain', 'partial', 'plain', 'plain', 'plain', 'foreign', 'plain',
            'plain', 'returned', 'plain', 'plain', 'plain', 'changed', 'plain', 'partial', 'plain', 'prepaid', 'plain',
            'contract'][(slot * 7 + o // 200 * 3) % 20 + 1] END AS special
    FROM order_days JOIN shape ON o % 200 = slot
), placed AS (
    SELECT *, CASE WHEN flow = 'twin' THEN 0 ELSE [0, 0, 0, 1, 1, 2, 2, 3, 3, 4][roll(lead_order, 'site', 10) + 1] END AS site,
        CASE flow WHEN 'exempt' THEN -1 - site WHEN 'twin' THEN supplier_of(lead_order) ELSE supplier_of(o) END AS s,
        CASE WHEN special <> 'foreign' THEN currency_of(site) WHEN site = 0 THEN 'USD' ELSE 'EUR' END AS currency,
        CASE WHEN lines_named = 9 THEN 3 + roll(o, 'lines', 9) ELSE lines_named END AS lines,
        CASE special WHEN 'partial' THEN 2 + roll(o, 'deliveries', 2) ELSE CASE flow WHEN 'blanket' THEN 4 ELSE 1 END END AS deliveries,
        clock(day, 7, 8, o, 'created') AS created,
        CASE flow WHEN 'emergency' THEN created + INTERVAL 10 MINUTE
            ELSE clock(workday(day + 1 + roll(o, 'approved in', 3)), 8, 7, o, 'approved') END AS approved,
        CASE flow WHEN 'emergency' THEN created + INTERVAL 25 MINUTE ELSE CASE special
            WHEN 'changed' THEN clock(workday(approved::DATE + 2), 9, 6, o, 'issued') ELSE approved + to_seconds(600 + roll(o, 'issued', 5000)) END
        END AS issued,
        CASE flow WHEN 'emergency' THEN 1 WHEN 'twin' THEN 15 + roll(o, 'lead', 20) WHEN 'stock' THEN 6 + roll(o, 'lead', 35)
            WHEN 'blanket' THEN 30 ELSE 10 + roll(o, 'lead', 30) END AS lead,
        CASE flow WHEN 'exempt' THEN 14 ELSE [30, 30, 45, 60][s % 4 + 1] END AS terms
    FROM shaped
)
SELECT *, row_number() OVER (PARTITION BY site, s ORDER BY o) % 60 AS turn,
    -- Those that settle without anything else about them, long enough ago: what a case may change.
    special = 'plain' AND issued::DATE + lead + 95 < getvariable('last_day') AS plain
FROM placed ORDER BY o;

CREATE MACRO delivered_on(issued, lead, d) AS workday(issued::DATE + lead + 24 * (d - 1));
CREATE MACRO billed_on(delivered, o, d) AS workday(delivered + 1 + roll(o * 8 + d, 'billed', 4));
CREATE MACRO entered_on(billed, o, d) AS workday(billed + 2 + roll(o * 8 + d, 'entered', 3));
-- Payments go out on Fridays, the last one that is not late.
CREATE MACRO friday(day) AS day::DATE - ((isodow(day) + 2) % 7)::INTEGER;

-- 5. Lines: how much of which part at which price. ------------------------------------------------------------------------------------

CREATE TABLE line_facts AS
WITH parts_named AS (
    SELECT o, l, site, s, flow, link, special, currency, deliveries, CASE flow WHEN 'service' THEN -1 - 3 * roll(o, 'part', 60)
        WHEN 'outside' THEN -3 - 3 * roll(o, 'part', 40) WHEN 'blanket' THEN -1 - 3 * roll(o, 'part', 60)
        WHEN 'exempt' THEN NULL WHEN 'lots' THEN greatest(s, 0) * 25 + roll(o, 'part', 2)
        ELSE greatest(s, 0) * 25 + 2 + (roll(o, 'part', 23) + 2 * l) % 23 END AS p
    FROM (SELECT *, unnest(range(1, lines + 1))::INTEGER AS l FROM order_facts)
), priced AS (
    SELECT *, coalesce(part_unit(p), 'EA') AS unit, coalesce(part_per(p), 1) AS per,
        CASE flow WHEN 'twin' THEN 10 * (260 + roll(o, 'price', 220)) * 10
            WHEN 'blanket' THEN rounded((40000 + 1000 * roll(o, 'price', 90))::BIGINT * per_euro(currency) // 25, 400)
            WHEN 'exempt' THEN rounded((40000 + 100 * roll(o, 'price', 900))::BIGINT * per_euro(currency) // 100, coin(currency))
            ELSE price_c(p, currency, CASE special WHEN 'contract' THEN 97 ELSE 98 + roll(o * 16 + l, 'market', 9) END) END AS price_c
    FROM parts_named
)
SELECT * REPLACE (CASE WHEN flow = 'twin' THEN 1 ELSE per END AS per),
    -- In hundredths of the unit; four steps at least.
    CASE WHEN flow IN ('blanket', 'exempt') THEN 100 WHEN flow = 'twin' THEN 1000
        ELSE (4 + least(roll(o * 16 + l, 'quantity', 60), roll(o * 16 + l, 'few', 60)))
            * CASE unit WHEN 'H' THEN 25 WHEN 'PCS' THEN 100 ELSE 50 END * per END AS quantity_c
FROM priced ORDER BY o, l;

CREATE MACRO part_quantity(quantity_c, step, deliveries, d) AS
    (quantity_c // step * d // deliveries - quantity_c // step * (d - 1) // deliveries) * step;
CREATE MACRO step_of(unit, per) AS CASE unit WHEN 'H' THEN 25 WHEN 'PCS' THEN 100 WHEN 'EA' THEN 100 ELSE 50 END * per;
CREATE MACRO amount_c(quantity_c, price_c, per) AS quantity_c::BIGINT * price_c // 100 // per;

-- 6. Deliveries: what comes, and is billed, as one. A blanket order is delivered in sums of money. -----------------------------------

CREATE TABLE delivery_facts AS
WITH split AS (
    SELECT line_facts.*, order_facts.issued, order_facts.lead, unnest(range(1, line_facts.deliveries + 1))::INTEGER AS d,
    FROM line_facts JOIN order_facts USING (o)
)
SELECT o, l, d, flow, special, site, s, currency, p, unit, per, price_c, flow = 'blanket' AS by_amount,
    CASE WHEN by_amount THEN 100 ELSE part_quantity(quantity_c, step_of(unit, per), deliveries, d) END AS quantity_c,
    CASE WHEN by_amount THEN price_c // 4 ELSE amount_c(part_quantity(quantity_c, step_of(unit, per), deliveries, d), price_c, per) END AS amount_c,
    delivered_on(issued, lead, d) AS delivered,
    billed_on(CASE special WHEN 'prepaid' THEN issued::DATE + 1 ELSE delivered_on(issued, lead, d) END, o, d) AS billed
FROM split
WHERE delivered_on(issued, lead, d) <= getvariable('last_day') OR special = 'prepaid'
ORDER BY o, d, l;

CREATE TABLE bill_facts AS
SELECT o, d, any_value(flow) AS flow, any_value(special) AS special, any_value(site) AS site, any_value(s) AS s,
    any_value(currency) AS currency, any_value(billed) AS billed, count(*) AS lines, sum(amount_c)::BIGINT AS net_c
FROM delivery_facts GROUP BY o, d HAVING entered_on(any_value(billed), o, d) <= getvariable('last_day') ORDER BY o, d;

-- 7. Work: of one order or several, begun when they are out, done when they are in. --------------------------------------------------

CREATE TABLE work_facts AS
SELECT lead_order AS o, any_value(site) AS site, max(flow = 'emergency') AS urgent, max(flow = 'shared') AS shared,
    min(created) AS first_created, max(issued) AS last_issued,
    max(delivered_on(issued, lead, deliveries)) AS last_delivered, max(flow = 'outside') AS outside, sum(value_c)::BIGINT AS value_c
FROM order_facts JOIN (
    SELECT o, sum(amount_c(quantity_c, price_c, per) * 100 // per_euro(currency))::BIGINT AS value_c FROM line_facts GROUP BY o
) USING (o)
WHERE flow IN ('goods', 'service', 'outside', 'shared', 'emergency', 'lots') GROUP BY lead_order ORDER BY o;
