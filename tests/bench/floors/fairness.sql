SELECT v.id, v.first_name, v.last_name, ch.name, p.weekly_limit, coalesce(given.received, 0)
FROM mentors_volunteer v JOIN mentors_chapter ch ON ch.id = v.chapter_id
JOIN mentors_mentorprofile p ON p.volunteer_id = v.id
LEFT JOIN (SELECT a.mentor_id, count(*) AS received FROM intake_assignment a
    WHERE a.assigned_at >= {since} AND a.outcome <> 'replaced' AND {given}
    GROUP BY 1) AS given ON given.mentor_id = v.id
WHERE {people} AND v.status = 'active' AND v.classification = 'mentor' AND NOT EXISTS (
    SELECT 1 FROM mentors_pause o WHERE o.mentor_id = v.id
    AND o.starts_on <= %(now)s::date AND o.ends_on >= %(now)s::date AND o.resumed_on IS NULL)
ORDER BY 6 DESC
