{row} WHERE a.mentor_id = %(me)s AND a.ended_at IS NULL AND m.status IN ('assigned', 'accepted');
SELECT s.* FROM intake_session s JOIN intake_assignment a ON a.id = s.assignment_id
WHERE a.mentor_id = %(me)s AND (a.ended_at IS NULL OR (s.state = 'held' AND s.notes_entered_at IS NULL));
{row} WHERE a.mentor_id = %(me)s AND m.closed_at IS NOT NULL ORDER BY m.closed_at DESC LIMIT 6
