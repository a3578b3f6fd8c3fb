SELECT v.*, p.* FROM mentors_volunteer v JOIN mentors_mentorprofile p ON p.volunteer_id = v.id WHERE v.id = %(me)s;
SELECT * FROM mentors_pause WHERE mentor_id = %(me)s;
SELECT id, name FROM mentors_mentoringarea ORDER BY name;
SELECT id, name FROM mentors_businesstype ORDER BY name;
SELECT count(*) FROM intake_assignment WHERE mentor_id = %(me)s AND assigned_at >= %(now)s - interval '7 days'
