SELECT count(*) FROM (SELECT 1 FROM intake_outboxmail LIMIT 10000) AS most;
SELECT id, kind, to_email, to_name, subject, state, created_at, sent_at, attempts, last_error
FROM intake_outboxmail ORDER BY created_at DESC, id DESC LIMIT 50;
SELECT id, subject FROM intake_outboxmail WHERE state = 'failed' ORDER BY id DESC LIMIT 6
