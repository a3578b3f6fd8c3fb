WITH {wanted}, used AS MATERIALIZED (
    SELECT a.mentor_id AS id, count(*) AS number FROM intake_assignment a WHERE a.outcome <> 'replaced'
    AND a.assigned_at >= date_trunc('week', %(now)s::timestamptz + interval '1 day') - interval '1 day' GROUP BY 1
), there AS MATERIALIZED (
    SELECT v.id, v.first_name, v.last_name, v.languages, ch.name,
        CASE WHEN ch.id = w.chapter_id THEN 'chapter' WHEN ch.district_id = w.district_id THEN 'district'
            WHEN d.region_id = w.region_id THEN 'region' ELSE 'outside' END AS tier,
        CASE WHEN v.id IN ({refused}) THEN 'refused'
            WHEN v.id IN (SELECT o.mentor_id FROM mentors_pause o WHERE o.starts_on <= %(now)s::date
                AND o.ends_on >= %(now)s::date AND o.resumed_on IS NULL) THEN 'not_assignable'
            WHEN ch.district_id <> w.district_id AND NOT p.serves_outside THEN 'outside'
            WHEN used.number >= p.weekly_limit THEN 'limit'
            WHEN v.id NOT IN (SELECT id FROM offering) THEN 'no_match' ELSE '' END AS kind
    FROM wanted w CROSS JOIN mentors_volunteer v JOIN mentors_mentorprofile p ON p.volunteer_id = v.id
    JOIN mentors_chapter ch ON ch.id = v.chapter_id JOIN mentors_district d ON d.id = ch.district_id
    LEFT JOIN used ON used.id = v.id
    WHERE v.status = 'active' AND v.classification = 'mentor' AND v.is_active AND {there}
)
SELECT tier, kind, count(*), string_agg(DISTINCT array_to_string(languages, ','), ','),
    (array_agg(concat(last_name, first_name, name) ORDER BY last_name, first_name) FILTER (WHERE kind <> ''))[1:10]
FROM there GROUP BY 1, 2
