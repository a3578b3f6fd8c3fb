CROSS JOIN LATERAL (
    SELECT count(*) AS number FROM intake_assignment a WHERE a.mentor_id = e.id AND a.ended_at IS NULL
) AS clients CROSS JOIN LATERAL (
    SELECT count(*), count(*) FILTER (WHERE a.answered_at < a.respond_by),
        count(*) FILTER (WHERE a.outcome = 'timed_out'), percentile_cont(0.5) WITHIN GROUP (ORDER BY a.answer_days),
        count(*) FILTER (WHERE a.outcome <> 'replaced'
            AND a.assigned_at >= date_trunc('week', %(now)s::timestamptz + interval '1 day') - interval '1 day') AS used
    FROM intake_assignment a WHERE a.mentor_id = e.id AND a.assigned_at >= %(now)s - interval '180 days'
) AS past
