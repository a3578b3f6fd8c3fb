SELECT m.queue_reason, count(*) FILTER (WHERE m.status = 'need_action'),
    count(*) FILTER (WHERE a.outcome IN ('pending', 'overdue') AND a.respond_by <= %(now)s),
    count(DISTINCT m.chapter_id), max(m.id), max(m.status_since)
FROM intake_mentoringrequest m LEFT JOIN intake_assignment a ON a.request_id = m.id AND a.ended_at IS NULL
WHERE {scope} AND m.status IN ('need_action', 'assigned') GROUP BY 1
