{row} WHERE m.id = {which};
SELECT e.*, v.first_name, v.last_name FROM intake_requestevent e LEFT JOIN mentors_volunteer v ON v.id = e.by_id
WHERE e.request_id = {which} ORDER BY e.at, e.id;
SELECT a.*, v.first_name, v.last_name, ch.name FROM intake_assignment a JOIN mentors_volunteer v ON v.id = a.mentor_id
JOIN mentors_chapter ch ON ch.id = v.chapter_id WHERE a.request_id = {which} ORDER BY a.assigned_at;
SELECT * FROM intake_contactattempt WHERE request_id = {which} ORDER BY at;
SELECT * FROM intake_session WHERE request_id = {which} ORDER BY starts_at;
SELECT id, kind, subject, to_email, state, created_at FROM intake_outboxmail WHERE request_id = {which};
SELECT * FROM intake_duplicateflag WHERE request_id = {which} OR other_id = {which};
SELECT t.*, v.first_name, v.last_name FROM intake_teammember t JOIN mentors_volunteer v ON v.id = t.volunteer_id
WHERE t.request_id = {which} AND t.left_at IS NULL
