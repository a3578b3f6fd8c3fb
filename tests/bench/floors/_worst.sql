WITH held AS MATERIALIZED (
    SELECT m.id, m.status, m.status_since, a.assigned_at, a.answered_at, a.contacted_at, a.counseled_at
    FROM intake_mentoringrequest m LEFT JOIN intake_assignment a ON a.request_id = m.id AND a.ended_at IS NULL
    WHERE {scope} AND m.status IN ('need_action', 'assigned', 'accepted')
), worst AS MATERIALIZED (
    (SELECT id FROM held WHERE status = 'need_action' ORDER BY status_since, id LIMIT 3)
    UNION ALL (SELECT id FROM held WHERE status = 'assigned' ORDER BY assigned_at, id LIMIT 3)
    UNION ALL (SELECT id FROM held WHERE status = 'accepted' AND contacted_at IS NULL
        ORDER BY answered_at, id LIMIT 3)
    UNION ALL (SELECT id FROM held WHERE status = 'accepted' AND contacted_at IS NOT NULL AND counseled_at IS NULL
        ORDER BY contacted_at, id LIMIT 3)
)
{row} JOIN worst ON worst.id = m.id
