-- What becomes of each request is decided first (`fate`, how many mentors fail before, when it
-- began); then mentors are chosen in three waves, and each answers or does not.

CREATE TEMP TABLE plan ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY submitted_at) AS id, t.*
FROM (
    SELECT t.*, r1 AS pick, CASE
        WHEN open THEN CASE
            WHEN fate = 'new' THEN now - power(r2, 2.5) * interval '15 days'
            WHEN fate IN ('declined', 'timed_out', 'handed_back') THEN now - (failures * 13 + r2 * 3) * interval '1 day'
            ELSE last_at - (failures * 13 + 0.1 + r2 * 2) * interval '1 day' END
        ELSE now - (50 + failures * 13 + r2 * 365) * interval '1 day' END AS submitted_at
    FROM (
        SELECT t.*, CASE
            WHEN fate = 'asked' THEN now - power(r3, 1.5) * interval '6 days'
            WHEN open THEN now - (6 + power(r3, 1.5) * 80) * interval '1 day' END AS last_at,
            CASE WHEN fate IN ('declined', 'timed_out', 'handed_back') THEN 1 + (r4 < 0.2)::int
                 WHEN fate IN ('new', 'withdrawn_queue') THEN 0
                 ELSE (r4 < 0.2)::int + (r4 < 0.04)::int END AS failures
        FROM (
            SELECT t.*, CASE
                WHEN open THEN (ARRAY['new', 'new', 'new', 'declined', 'timed_out', 'handed_back', 'transferred',
                    'asked', 'asked', 'asked', 'silent', 'silent', 'tried', 'contacted', 'contacted', 'scheduled',
                    'scheduled', 'held', 'held', 'held'])[1 + floor(r0 * 20)::int]
                WHEN r0 < 0.62 THEN 'complete' WHEN r0 < 0.70 THEN 'withdrawn_queue'
                WHEN r0 < 0.72 THEN 'withdrawn_asked' WHEN r0 < 0.75 THEN 'withdrawn_led'
                WHEN r0 < 0.80 THEN 'no_show' WHEN r0 < 0.94 THEN 'no_response'
                ELSE 'incorrect_contact' END AS fate
            FROM (
                SELECT n > size.closed AS open, now, size.mentors, random() r0, random() r1, random() r2, random() r3,
                    random() r4, CASE WHEN random() < 0.02 THEN 235
                        ELSE 1 + floor(power(random(), 1.35) * 234)::int END AS chapter_id
                FROM size, generate_series(1, size.closed + size.open) n
            ) t
        ) t
    ) t
) t;
ALTER TABLE plan ADD PRIMARY KEY (id);

-- Every sixth client comes a second time.
ALTER TABLE plan ADD client_id bigint;
UPDATE plan SET client_id = CASE WHEN id % 6 = 0 AND id > 3000 THEN id - 2999 ELSE id END;

INSERT INTO intake_client (id, first_name, last_name, email, phone, zip, notify_by, created_at)
SELECT p.id, firsts[1 + floor(random() * array_length(firsts, 1))::int],
    lasts[1 + floor(random() * array_length(lasts, 1))::int], 'client.' || p.id || '@example.com',
    '(' || 200 + p.id % 700 || ') 555-' || lpad((p.id % 10000)::text, 4, '0'),
    coalesce((SELECT z.prefix FROM mentors_zipprefix z WHERE z.chapter_id = p.chapter_id ORDER BY prefix LIMIT 1), '000')
        || lpad((p.id % 100)::text, 2, '0'),
    CASE WHEN random() < 0.2 THEN 'text' ELSE 'email' END, p.submitted_at
FROM plan p, name_list WHERE p.client_id = p.id;
UPDATE plan p SET chapter_id = first.chapter_id FROM plan first
WHERE first.id = p.client_id AND p.client_id <> p.id;

CREATE TEMP TABLE choice ON COMMIT DROP AS SELECT 0::bigint AS id, * FROM (
    SELECT p.id AS request_id, p.fate, 0 AS wave, false AS is_final, 0::bigint AS mentor_id, ''::text AS tier, ''::text AS zone,
        now() AS assigned_at, now() AS respond_by, now() AS requeue_at, ''::text AS outcome, now() AS overdue_at,
        now() AS answered_at, now() AS ended_at
    FROM plan p) t WITH NO DATA;

CREATE FUNCTION pg_temp.choose(this int) RETURNS void LANGUAGE sql AS $$
    INSERT INTO choice
    WITH due AS (
        SELECT p.*, this > p.failures AS is_final, random() r, random() how, random() speed,
            coalesce(before.ended_at, p.submitted_at) AS free_at
        FROM plan p LEFT JOIN choice before ON before.request_id = p.id AND before.wave = this - 1
        WHERE this <= p.failures + (p.fate NOT IN ('new', 'declined', 'timed_out', 'handed_back', 'withdrawn_queue'))::int
    ), placed AS (
        SELECT due.*, pool.tier, pool.mentors[1 + floor(power(due.r, 1.2) * array_length(pool.mentors, 1))::int] AS mentor_id,
            CASE WHEN is_final AND open THEN last_at ELSE free_at + (0.1 + power(r, 2) * 3) * interval '1 day' END AS assigned_at
        FROM due JOIN pool ON pool.chapter_id = due.chapter_id
            AND pool.tier = CASE WHEN how < 0.80 THEN 'chapter' WHEN how < 0.95 THEN 'district' ELSE 'region' END
    ), clocked AS (
        SELECT placed.*, c.time_zone AS zone, pg_temp.deadline(assigned_at, 2, c.time_zone) AS respond_by,
            pg_temp.deadline(assigned_at, 5, c.time_zone) AS requeue_at
        FROM placed JOIN mentors_volunteer v ON v.id = placed.mentor_id JOIN mentors_chapter c ON c.id = v.chapter_id
    ), answered AS (
        SELECT clocked.*,
            CASE WHEN is_final THEN CASE fate WHEN 'asked' THEN 'waiting' WHEN 'withdrawn_asked' THEN 'withdrawn'
                     ELSE 'accepted' END
                 WHEN this = failures AND fate IN ('declined', 'timed_out', 'handed_back') THEN fate
                 WHEN speed < 0.55 THEN 'declined' WHEN speed < 0.9 THEN 'timed_out' ELSE 'handed_back' END AS answer,
            least(assigned_at + power(speed, 2.5) * interval '4.5 days', requeue_at - interval '1 minute') AS answer_at
        FROM clocked
    )
    SELECT (SELECT coalesce(max(id), 0) FROM choice) + row_number() OVER (ORDER BY assigned_at, id),
        id, fate, this, is_final, mentor_id, tier, zone, assigned_at, respond_by, requeue_at,
        CASE answer WHEN 'accepted' THEN CASE WHEN answer_at < respond_by THEN 'accepted_in_time' ELSE 'accepted_late' END
            WHEN 'waiting' THEN CASE WHEN respond_by > now THEN 'pending' ELSE 'overdue' END ELSE answer END,
        CASE WHEN answer = 'timed_out' OR (answer IN ('accepted', 'declined') AND answer_at >= respond_by)
            OR (answer = 'waiting' AND respond_by <= now) THEN respond_by END,
        CASE WHEN answer IN ('accepted', 'declined') THEN answer_at END,
        CASE answer WHEN 'declined' THEN answer_at WHEN 'timed_out' THEN requeue_at
            WHEN 'handed_back' THEN assigned_at + interval '20 hours' WHEN 'withdrawn' THEN assigned_at + interval '1 day' END
    FROM answered
$$;
SELECT pg_temp.choose(1); CREATE INDEX ON choice (request_id, wave); ANALYZE choice;
SELECT pg_temp.choose(2); SELECT pg_temp.choose(3);
