{row} WHERE c.email_key LIKE lower(%(email)s) || '%%' AND {scope} ORDER BY m.submitted_at DESC LIMIT 11;
SELECT id, first_name, last_name FROM mentors_volunteer v WHERE lower(v.email) = lower(%(email)s)
