WITH page AS MATERIALIZED ({waiting}) {row} JOIN page ON page.id = m.id ORDER BY m.waiting_since, m.id;
WITH page AS MATERIALIZED ({waiting}), wanted AS MATERIALIZED (
    SELECT m.id, m.area_id, m.business_type_id, ch.district_id, d.region_id
    FROM page JOIN intake_mentoringrequest m ON m.id = page.id
    JOIN mentors_chapter ch ON ch.id = m.chapter_id JOIN mentors_district d ON d.id = ch.district_id
), mentor AS MATERIALIZED (
    SELECT v.id, v.first_name, v.last_name, v.languages, p.keywords, p.weekly_limit, p.serves_outside,
        ch.name, ch.district_id, d.region_id
    FROM mentors_volunteer v JOIN mentors_mentorprofile p ON p.volunteer_id = v.id
    JOIN mentors_chapter ch ON ch.id = v.chapter_id JOIN mentors_district d ON d.id = ch.district_id
    WHERE d.region_id IN (SELECT region_id FROM wanted)
    AND v.status = 'active' AND v.classification = 'mentor' AND v.is_active
    AND v.id NOT IN (SELECT o.mentor_id FROM mentors_pause o WHERE o.starts_on <= %(now)s::date
        AND o.ends_on >= %(now)s::date AND o.resumed_on IS NULL)
), offering AS (
    SELECT w.id AS wanted, mentor.id FROM mentor JOIN mentors_mentorprofile_areas x ON x.mentorprofile_id = mentor.id
    JOIN wanted w ON w.area_id = x.mentoringarea_id
    UNION SELECT w.id, mentor.id FROM mentor JOIN mentors_mentorprofile_business_types x ON x.mentorprofile_id = mentor.id
    JOIN wanted w ON w.business_type_id = x.businesstype_id
), choices AS MATERIALIZED (
    SELECT offering.wanted, mentor.* FROM offering JOIN wanted w ON w.id = offering.wanted JOIN mentor ON mentor.id = offering.id
    WHERE mentor.region_id = w.region_id AND (mentor.district_id = w.district_id OR mentor.serves_outside)
    AND (w.id, mentor.id) NOT IN (SELECT a.request_id, a.mentor_id FROM page
        JOIN intake_assignment a ON a.request_id = page.id WHERE a.outcome IN ('declined', 'timed_out'))
), free AS MATERIALIZED (
    SELECT e.id, clients.number, past.* FROM (SELECT DISTINCT id FROM choices) AS e {workload}
)
SELECT choices.*, free.* FROM choices JOIN free USING (id) WHERE weekly_limit IS NULL OR used < weekly_limit
