SELECT count(*) FROM mentors_volunteer v JOIN mentors_mentorprofile p ON p.volunteer_id = v.id
WHERE p.in_directory AND v.status = 'active' AND v.classification = 'mentor' AND v.is_active;
WITH page AS (
    SELECT v.id, v.first_name, v.last_name, v.languages, p.public_words, ch.name
    FROM mentors_volunteer v JOIN mentors_mentorprofile p ON p.volunteer_id = v.id
    JOIN mentors_chapter ch ON ch.id = v.chapter_id
    WHERE p.in_directory AND v.status = 'active' AND v.classification = 'mentor' AND v.is_active
    ORDER BY md5(v.id::text || %(now)s::date::text) LIMIT 20
)
SELECT page.*, (SELECT array_agg(a.name) FROM mentors_mentoringarea a
    JOIN mentors_mentorprofile_areas x ON x.mentoringarea_id = a.id WHERE x.mentorprofile_id = page.id)
FROM page;
SELECT id, name FROM mentors_mentoringarea ORDER BY name;
SELECT id, name FROM mentors_businesstype ORDER BY name
