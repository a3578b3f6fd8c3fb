{lanes};
WITH page AS MATERIALIZED (
    SELECT m.id FROM intake_mentoringrequest m WHERE {scope} AND m.status = 'need_action'
    ORDER BY m.waiting_since, m.id LIMIT 25
)
{row} JOIN page ON page.id = m.id ORDER BY m.waiting_since, m.id;
{watched} SELECT count(DISTINCT request_id) FROM watched
