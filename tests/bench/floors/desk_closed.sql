SELECT count(*) FROM intake_assignment a JOIN intake_mentoringrequest m ON m.current_id = a.id
WHERE a.mentor_id = %(me)s AND m.closed_at IS NOT NULL;
{row} WHERE a.mentor_id = %(me)s AND m.closed_at IS NOT NULL ORDER BY m.closed_at DESC LIMIT 25
