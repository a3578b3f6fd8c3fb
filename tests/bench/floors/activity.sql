SELECT v.id, v.first_name, v.last_name, ch.name, p.weekly_limit, given.*, held.sessions, clients.number, o.ends_on
FROM mentors_volunteer v JOIN mentors_chapter ch ON ch.id = v.chapter_id
LEFT JOIN mentors_mentorprofile p ON p.volunteer_id = v.id
LEFT JOIN (
    SELECT a.mentor_id, count(*), count(*) FILTER (WHERE a.answered_at < a.respond_by) AS in_time,
        count(*) FILTER (WHERE a.outcome = 'declined') AS declined, count(*) FILTER (WHERE a.outcome = 'timed_out') AS timed_out,
        count(*) FILTER (WHERE a.outcome LIKE 'accepted%%') AS accepted,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY a.answer_days)
    FROM intake_assignment a WHERE a.assigned_at >= {since} AND {given}
    GROUP BY 1
) AS given ON given.mentor_id = v.id
LEFT JOIN (
    SELECT a.mentor_id, count(*) AS sessions FROM intake_session s JOIN intake_assignment a ON a.id = s.assignment_id
    WHERE s.state = 'held' AND s.starts_at >= {since} AND {given}
    GROUP BY 1
) AS held ON held.mentor_id = v.id
LEFT JOIN (
    SELECT a.mentor_id, count(*) AS number FROM intake_assignment a
    WHERE a.ended_at IS NULL AND a.outcome LIKE 'accepted%%' AND {given}
    GROUP BY 1
) AS clients ON clients.mentor_id = v.id
LEFT JOIN mentors_pause o ON o.mentor_id = v.id AND o.starts_on <= %(now)s::date AND o.ends_on >= %(now)s::date
    AND o.resumed_on IS NULL
WHERE {people} AND v.status = 'active' AND v.classification = 'mentor'
