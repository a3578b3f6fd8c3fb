{watched} SELECT request_id, array_agg(concern), min(since) FROM watched GROUP BY 1 ORDER BY 3, 1;
{row} WHERE m.id IN (
    SELECT m.id FROM intake_mentoringrequest m WHERE {scope} AND m.status IN ('assigned', 'accepted')
    ORDER BY m.status_since, m.id LIMIT 25);
SELECT count(*) FROM intake_mentoringrequest m WHERE {scope} AND m.status = 'need_action'
