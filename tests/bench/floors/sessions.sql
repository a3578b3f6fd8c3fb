SELECT s.*, c.first_name, c.last_name FROM intake_session s JOIN intake_assignment a ON a.id = s.assignment_id
JOIN intake_mentoringrequest m ON m.id = s.request_id JOIN intake_client c ON c.id = m.client_id
WHERE a.mentor_id = %(me)s ORDER BY s.starts_at DESC LIMIT 50;
SELECT count(*) FROM intake_session s JOIN intake_assignment a ON a.id = s.assignment_id WHERE a.mentor_id = %(me)s
