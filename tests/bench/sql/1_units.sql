-- 4 regions, 48 districts, 234 chapters from east to west as zip codes run, and the national one.

INSERT INTO mentors_region (id, code, name)
SELECT n, 'R' || n, (ARRAY['Northeast', 'South', 'Central', 'West'])[n] FROM generate_series(1, 4) n;

INSERT INTO mentors_district (id, code, name, region_id)
SELECT n, 'D' || lpad(n::text, 2, '0'), 'District ' || n, (n - 1) / 12 + 1
FROM generate_series(1, 48) n;

CREATE TEMP TABLE zone_of ON COMMIT DROP AS
SELECT * FROM (VALUES
    (1, 12, 'America/New_York'), (13, 18, 'America/New_York'), (19, 24, 'America/Chicago'),
    (25, 27, 'America/Detroit'), (28, 29, 'America/Indiana/Indianapolis'), (30, 36, 'America/Chicago'),
    (37, 39, 'America/Denver'), (40, 40, 'America/Phoenix'), (41, 46, 'America/Los_Angeles'),
    (47, 47, 'America/Anchorage'), (48, 48, 'Pacific/Honolulu')
) AS t (first, last, zone);

INSERT INTO mentors_chapter (id, code, name, district_id, time_zone, is_national)
SELECT n, lpad(n::text, 4, '0'), 'SCORE Chapter ' || n, d.id, z.zone, false
FROM generate_series(1, 234) n
JOIN mentors_district d ON d.id = (n - 1) * 48 / 234 + 1
JOIN zone_of z ON d.id BETWEEN z.first AND z.last
UNION ALL
SELECT 235, '0999', 'SCORE National Virtual', 48, 'America/New_York', true;

INSERT INTO mentors_zipprefix (prefix, chapter_id)
SELECT lpad(n::text, 3, '0'), n * 234 / 1000 + 1 FROM generate_series(5, 999) n;

-- How many business days there were up to each day: deadlines are a look-up in it.
CREATE TEMP TABLE day_count ON COMMIT DROP AS
SELECT day::date AS day, open,
       sum(open) OVER (ORDER BY day) AS n
FROM (
    SELECT day, (extract(isodow FROM day) < 6 AND c.id IS NULL)::int AS open
    FROM size, generate_series(now::date - 900, now::date + 60, interval '1 day') day
    LEFT JOIN intake_closedday c ON c.date = day::date
) AS days;
CREATE UNIQUE INDEX ON day_count (day);
CREATE TEMP TABLE business_day ON COMMIT DROP AS SELECT n, day FROM day_count WHERE open = 1;
CREATE UNIQUE INDEX ON business_day (n);

-- The end of the days-th business day after an instant.
CREATE FUNCTION pg_temp.deadline(start timestamptz, days int, zone text) RETURNS timestamptz
LANGUAGE sql STABLE AS $$
    SELECT (b.day + 1)::timestamp AT TIME ZONE zone
    FROM day_count c JOIN business_day b ON b.n = c.n + days
    WHERE c.day = (start AT TIME ZONE zone)::date
$$;
-- Business days from one instant to another.
CREATE FUNCTION pg_temp.business_days(a timestamptz, b timestamptz, zone text) RETURNS float
LANGUAGE sql STABLE AS $$
    SELECT greatest(0, y.n - x.n
        - y.open * (1 - extract(epoch FROM (b AT TIME ZONE zone)::time) / 86400)
        + x.open * (1 - extract(epoch FROM (a AT TIME ZONE zone)::time) / 86400))
    FROM day_count x, day_count y
    WHERE x.day = (a AT TIME ZONE zone)::date AND y.day = (b AT TIME ZONE zone)::date
$$;
