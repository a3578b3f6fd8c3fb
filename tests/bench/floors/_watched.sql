WITH held AS MATERIALIZED (
    SELECT a.*, m.status_since FROM intake_mentoringrequest m JOIN intake_assignment a ON a.request_id = m.id AND a.ended_at IS NULL
    WHERE {scope} AND m.status IN ('assigned', 'accepted')
), watched AS MATERIALIZED (
    SELECT request_id, respond_by AS since, 'overdue' AS concern FROM held
    WHERE outcome IN ('pending', 'overdue') AND respond_by <= %(now)s
    UNION ALL SELECT request_id, attempts_due_at, 'attempt' FROM held WHERE attempts_due_at <= %(now)s
    UNION ALL SELECT request_id, close_out_due_at, 'close_out' FROM held WHERE close_out_due_at <= %(now)s
    UNION ALL SELECT held.request_id, min(s.starts_at), 'missed'
    FROM held JOIN intake_session s ON s.assignment_id = held.id AND s.state = 'missed'
    WHERE held.contacted_at IS NOT NULL AND held.counseled_at IS NULL AND NOT EXISTS (
        SELECT 1 FROM intake_session p WHERE p.assignment_id = held.id AND p.state = 'scheduled'
        AND p.starts_at > %(now)s)
    GROUP BY 1
    UNION ALL SELECT s.request_id, s.starts_at, 'unrecorded' FROM intake_session s JOIN held ON held.id = s.assignment_id
    WHERE s.state = 'scheduled' AND s.starts_at <= %(now)s - interval '1 day'
    UNION ALL SELECT s.request_id, s.notes_due_at, 'notes'
    FROM intake_session s JOIN intake_mentoringrequest m ON m.id = s.request_id
    WHERE s.state = 'held' AND s.notes_entered_at IS NULL AND s.notes_due_at <= %(now)s
    AND s.notes_due_at > %(now)s - interval '90 days' AND {scope}
    UNION ALL SELECT held.request_id, greatest(held.status_since, v.mail_trouble_at),
        CASE WHEN v.mail_trouble <> '' THEN 'address' ELSE 'away' END
    FROM held JOIN mentors_volunteer v ON v.id = held.mentor_id
    WHERE v.mail_trouble <> '' OR v.status <> 'active' OR v.classification <> 'mentor' OR NOT v.is_active
    UNION ALL SELECT held.request_id, greatest(held.status_since, p.starts_on), 'away'
    FROM held JOIN mentors_pause p ON p.mentor_id = held.mentor_id
    WHERE p.starts_on <= %(now)s::date AND p.ends_on >= %(now)s::date AND p.resumed_on IS NULL
)
