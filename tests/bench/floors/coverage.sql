SELECT m.chapter_id, m.area_id, count(*) FROM intake_mentoringrequest m
WHERE {scope} AND m.submitted_at >= {since} GROUP BY 1, 2;
SELECT m.chapter_id, m.area_id, count(*) FROM intake_mentoringrequest m
WHERE {scope} AND m.status IN ('need_action', 'assigned', 'accepted') GROUP BY 1, 2;
SELECT x.mentoringarea_id, v.chapter_id, count(*), count(*) FILTER (WHERE p.weekly_limit IS NULL),
    sum(greatest(0, p.weekly_limit - coalesce(week.used, 0)))
FROM mentors_volunteer v JOIN mentors_mentorprofile p ON p.volunteer_id = v.id
JOIN mentors_mentorprofile_areas x ON x.mentorprofile_id = v.id
LEFT JOIN (SELECT mentor_id, count(*) AS used FROM intake_assignment
    WHERE assigned_at >= %(now)s - interval '7 days' AND outcome <> 'replaced' GROUP BY 1) AS week ON week.mentor_id = v.id
WHERE {people} AND v.status = 'active' AND v.classification = 'mentor' AND NOT EXISTS (
    SELECT 1 FROM mentors_pause o WHERE o.mentor_id = v.id
    AND o.starts_on <= %(now)s::date AND o.ends_on >= %(now)s::date AND o.resumed_on IS NULL)
GROUP BY 1, 2
