WITH wanted AS MATERIALIZED (
    SELECT m.id, m.area_id, m.business_type_id, m.chapter_id, ch.district_id, d.region_id
    FROM intake_mentoringrequest m JOIN mentors_chapter ch ON ch.id = m.chapter_id
    JOIN mentors_district d ON d.id = ch.district_id WHERE m.id = %(new)s
), offering AS MATERIALIZED (
    SELECT x.mentorprofile_id AS id FROM mentors_mentorprofile_areas x
    JOIN wanted w ON w.area_id = x.mentoringarea_id
    UNION SELECT x.mentorprofile_id FROM mentors_mentorprofile_business_types x
    JOIN wanted w ON w.business_type_id = x.businesstype_id
    UNION SELECT p.volunteer_id FROM mentors_mentorprofile p WHERE {found}
), eligible AS MATERIALIZED (
    SELECT v.id, v.first_name, v.last_name, v.languages, p.keywords, p.summary, p.weekly_limit, p.serves_outside, ch.name
    FROM wanted w CROSS JOIN offering JOIN mentors_volunteer v ON v.id = offering.id
    JOIN mentors_mentorprofile p ON p.volunteer_id = v.id
    JOIN mentors_chapter ch ON ch.id = v.chapter_id JOIN mentors_district d ON d.id = ch.district_id
    WHERE {near} AND v.status = 'active' AND v.classification = 'mentor' AND v.is_active
    AND NOT EXISTS (SELECT 1 FROM mentors_pause o WHERE o.mentor_id = v.id
        AND o.starts_on <= %(now)s::date AND o.ends_on >= %(now)s::date AND o.resumed_on IS NULL)
)
SELECT e.*, clients.number, past.*
FROM eligible e CROSS JOIN LATERAL (
    SELECT count(*) AS number FROM intake_assignment a WHERE a.mentor_id = e.id AND a.ended_at IS NULL
) AS clients CROSS JOIN LATERAL (
    SELECT count(*), count(*) FILTER (WHERE a.answered_at < a.respond_by),
        count(*) FILTER (WHERE a.outcome = 'timed_out'), percentile_cont(0.5) WITHIN GROUP (ORDER BY a.answer_days),
        count(*) FILTER (WHERE a.outcome <> 'replaced'
            AND a.assigned_at >= date_trunc('week', %(now)s::timestamptz + interval '1 day') - interval '1 day') AS used
    FROM intake_assignment a WHERE a.mentor_id = e.id AND a.assigned_at >= %(now)s - interval '180 days'
) AS past
WHERE e.weekly_limit IS NULL OR past.used < e.weekly_limit
