WITH {wanted}, eligible AS MATERIALIZED (
    SELECT v.id, v.first_name, v.last_name, v.languages, p.keywords, p.summary, p.weekly_limit, p.serves_outside, ch.name
    FROM wanted w CROSS JOIN offering JOIN mentors_volunteer v ON v.id = offering.id
    JOIN mentors_mentorprofile p ON p.volunteer_id = v.id
    JOIN mentors_chapter ch ON ch.id = v.chapter_id JOIN mentors_district d ON d.id = ch.district_id
    WHERE {near} AND v.status = 'active' AND v.classification = 'mentor' AND v.is_active
    AND NOT EXISTS (SELECT 1 FROM mentors_pause o WHERE o.mentor_id = v.id
        AND o.starts_on <= %(now)s::date AND o.ends_on >= %(now)s::date AND o.resumed_on IS NULL)
    AND v.id NOT IN ({refused})
)
SELECT e.*, clients.number, past.*
FROM eligible e {workload}
WHERE e.weekly_limit IS NULL OR past.used < e.weekly_limit
