SELECT m.chapter_id, CASE WHEN m.status <> 'accepted' THEN m.status WHEN a.contacted_at IS NULL THEN 'not_contacted'
    WHEN a.counseled_at IS NULL THEN 'not_counseled' ELSE 'in_mentoring' END AS stage, count(*),
    count(*) FILTER (WHERE a.respond_by <= %(now)s), count(*) FILTER (WHERE a.attempts_made >= 3)
FROM intake_mentoringrequest m LEFT JOIN intake_assignment a ON a.request_id = m.id AND a.ended_at IS NULL
WHERE {scope} AND m.status IN ('need_action', 'assigned', 'accepted') GROUP BY 1, 2
