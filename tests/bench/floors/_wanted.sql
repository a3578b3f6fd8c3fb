wanted AS MATERIALIZED (
    SELECT m.id, m.area_id, m.business_type_id, m.chapter_id, ch.district_id, d.region_id
    FROM intake_mentoringrequest m JOIN mentors_chapter ch ON ch.id = m.chapter_id
    JOIN mentors_district d ON d.id = ch.district_id WHERE m.id = %(new)s
), offering AS MATERIALIZED (
    SELECT x.mentorprofile_id AS id FROM mentors_mentorprofile_areas x
    JOIN wanted w ON w.area_id = x.mentoringarea_id
    UNION SELECT x.mentorprofile_id FROM mentors_mentorprofile_business_types x
    JOIN wanted w ON w.business_type_id = x.businesstype_id
)
