SELECT v.*, p.* FROM mentors_volunteer v LEFT JOIN mentors_mentorprofile p ON p.volunteer_id = v.id WHERE v.id = %(chaired)s;
SELECT outcome, count(*), count(*) FILTER (WHERE answered_at < respond_by) FROM intake_assignment
WHERE mentor_id = %(chaired)s AND assigned_at >= {since} GROUP BY 1;
SELECT * FROM mentors_pause WHERE mentor_id = %(chaired)s
