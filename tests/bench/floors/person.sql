SELECT v.*, p.*, ch.name FROM mentors_volunteer v JOIN mentors_chapter ch ON ch.id = v.chapter_id
LEFT JOIN mentors_mentorprofile p ON p.volunteer_id = v.id WHERE v.id = %(mentor)s;
SELECT a.name FROM mentors_mentoringarea a JOIN mentors_mentorprofile_areas x ON x.mentoringarea_id = a.id
WHERE x.mentorprofile_id = %(mentor)s UNION ALL
SELECT t.name FROM mentors_businesstype t JOIN mentors_mentorprofile_business_types x ON x.businesstype_id = t.id
WHERE x.mentorprofile_id = %(mentor)s;
SELECT * FROM mentors_position WHERE volunteer_id = %(mentor)s;
SELECT * FROM mentors_pause WHERE mentor_id = %(mentor)s
