SELECT count(*) FROM mentors_volunteer v WHERE {people};
WITH page AS (
    SELECT v.id, v.first_name, v.last_name, v.email, v.phone, v.status, v.classification, ch.name
    FROM mentors_volunteer v JOIN mentors_chapter ch ON ch.id = v.chapter_id
    WHERE {people} ORDER BY lower(v.last_name), lower(v.first_name), v.id LIMIT 50
)
SELECT page.*,
    (SELECT array_agg(p.role) FROM mentors_position p WHERE p.volunteer_id = page.id AND p.starts_on <= %(now)s::date
        AND (p.ends_on IS NULL OR p.ends_on >= %(now)s::date)),
    (SELECT max(o.ends_on) FROM mentors_pause o WHERE o.mentor_id = page.id
        AND o.starts_on <= %(now)s::date AND o.ends_on >= %(now)s::date AND o.resumed_on IS NULL)
FROM page
