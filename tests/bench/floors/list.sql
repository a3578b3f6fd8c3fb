{stages};
WITH page AS MATERIALIZED (
    SELECT m.id FROM intake_mentoringrequest m LEFT JOIN intake_assignment a ON a.request_id = m.id AND a.ended_at IS NULL
    WHERE {scope} AND {stage} ORDER BY {begun}, m.id LIMIT 25
)
{row} JOIN page ON page.id = m.id ORDER BY {begun}, m.id
