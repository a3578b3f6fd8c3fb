SELECT count(*) FROM (SELECT 1 FROM intake_mentoringrequest m WHERE {scope} LIMIT 10000) AS most;
WITH page AS (
    SELECT m.id FROM intake_mentoringrequest m WHERE {scope} ORDER BY m.submitted_at DESC, m.id DESC
    LIMIT 25 OFFSET (SELECT greatest(0, count(*) - 25) FROM (
        SELECT 1 FROM intake_mentoringrequest m WHERE {scope} LIMIT 10000) AS most)
)
{row} WHERE m.id IN (SELECT id FROM page) ORDER BY m.submitted_at DESC, m.id DESC;
{header}
