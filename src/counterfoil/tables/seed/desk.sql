-- The desk: the papers of the orders that cases take, apart from the others, where facts are changed. Reads the table `picks` (o, spare,
-- cased), the orders taken, and leaves in the schema `desk` each table that a case may change.

CREATE MACRO as_utc(moment, site) AS CASE WHEN moment[-1] = 'Z' THEN substr(moment, 1, 19)::TIMESTAMP
    ELSE substr(moment, 1, 19)::TIMESTAMP - to_minutes(utc_offset(site, substr(moment, 1, 19)::TIMESTAMP)) END;
CREATE MACRO as_local(moment, site) AS CASE WHEN moment[-1] = 'Z'
    THEN substr(moment, 1, 19)::TIMESTAMP + to_minutes(utc_offset(site, substr(moment, 1, 19)::TIMESTAMP)) ELSE substr(moment, 1, 19)::TIMESTAMP END;
-- So many seconds later (of a date: whole days), written as it was.
CREATE MACRO plus(moment, seconds) AS CASE WHEN length(moment) = 10 THEN day_text(moment::DATE + ((seconds) // 86400)::INTEGER)
    ELSE local_text(substr(moment, 1, 19)::TIMESTAMP + to_seconds(seconds)) || substr(moment, 20) END;
CREATE MACRO days(number) AS (number) * 86400;
-- The same instant, written in UTC, and written far away; and the local day of one, so many days later.
CREATE MACRO zulu(moment, site) AS local_text(as_utc(moment, site)) || 'Z';
CREATE MACRO abroad(moment, site) AS local_text(as_utc(moment, site) + INTERVAL 13 HOUR) || '+13:00';
CREATE MACRO on_day(moment, site, later) AS day_text(as_local(moment, site)::DATE + (later)::INTEGER);
CREATE MACRO mistyped(id) AS id || right(id, 1);

-- Money as the contract counts it.
CREATE MACRO worth(quantity, unit_price, price_quantity) AS (quantity::DECIMAL(19, 6) * unit_price::DECIMAL(14, 6))::DECIMAL(34, 12)
    * CASE price_quantity WHEN 100 THEN 0.01::DECIMAL(3, 2) ELSE 1.00::DECIMAL(3, 2) END;
CREATE MACRO billed(amount, quantity, unit_price, price_quantity) AS coalesce(amount::DECIMAL(31, 14), worth(quantity, unit_price, price_quantity));

SET search_path = 'desk,main';

CREATE MACRO main.order_value(number) AS (
    SELECT sum(worth(l.quantity, l.unit_price, l.price_quantity)) FROM desk.purchase_order_lines AS l WHERE l.purchase_order_id = number AND coalesce(l.status, 'open') <> 'cancelled'
);
CREATE MACRO main.received_worth(line, much) AS (
    SELECT worth(much, l.unit_price, l.price_quantity) FROM desk.purchase_order_lines AS l WHERE l.purchase_order_line_id = line
);
