SELECT count(*) FROM (SELECT 1 FROM intake_mentoringrequest m WHERE {scope} LIMIT 10000) AS most;
{row} WHERE {scope} ORDER BY m.submitted_at DESC, m.id DESC LIMIT 25;
{header}
