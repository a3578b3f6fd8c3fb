WITH most AS MATERIALIZED (
    SELECT m.id, m.submitted_at FROM intake_mentoringrequest m WHERE {scope}
    ORDER BY m.submitted_at DESC, m.id DESC LIMIT 10000
), page AS MATERIALIZED (
    SELECT id, (SELECT count(*) FROM most) AS number FROM most ORDER BY submitted_at, id LIMIT 25
)
{row} JOIN page ON page.id = m.id ORDER BY m.submitted_at DESC, m.id DESC;
{header}
