SELECT m.id FROM intake_mentoringrequest m WHERE {scope} AND m.status = 'need_action' AND m.proposed_mentor_id IS NULL
ORDER BY m.waiting_since, m.id LIMIT 500
