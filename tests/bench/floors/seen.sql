SELECT v.*, p.* FROM mentors_volunteer v JOIN mentors_mentorprofile p ON p.volunteer_id = v.id WHERE v.id = %(me)s;
SELECT count(*), count(*) FILTER (WHERE answered_at < respond_by), count(*) FILTER (WHERE outcome = 'timed_out'),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY answer_days)
FROM intake_assignment WHERE mentor_id = %(me)s AND assigned_at >= %(now)s - interval '180 days';
SELECT count(*) FROM intake_assignment WHERE mentor_id = %(me)s AND ended_at IS NULL
