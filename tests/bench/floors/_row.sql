SELECT m.*, c.first_name, c.last_name, c.email, c.phone, c.zip, ch.name, ch.time_zone, ar.name, bt.name,
    a.assigned_at, a.respond_by, a.outcome, a.attempts_made, v.id, v.first_name, v.last_name,
    EXISTS (SELECT 1 FROM intake_duplicateflag f WHERE f.request_id = m.id AND f.dismissed_at IS NULL) AS flagged
FROM intake_mentoringrequest m
JOIN intake_client c ON c.id = m.client_id
JOIN mentors_chapter ch ON ch.id = m.chapter_id
JOIN mentors_mentoringarea ar ON ar.id = m.area_id
LEFT JOIN mentors_businesstype bt ON bt.id = m.business_type_id
LEFT JOIN intake_assignment a ON a.id = m.current_id
LEFT JOIN mentors_volunteer v ON v.id = a.mentor_id
