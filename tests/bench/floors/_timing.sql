SELECT {unit}, count(*), avg(a.assigned_at - m.submitted_at),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY a.assigned_at - m.submitted_at)
FROM intake_assignment a JOIN intake_mentoringrequest m ON m.id = a.request_id
JOIN mentors_chapter ch ON ch.id = m.chapter_id
WHERE a.assigned_at >= {since} AND {scope} AND (a.assigned_by_id IS NOT NULL OR a.assigned_at <> m.submitted_at)
AND NOT EXISTS (SELECT 1 FROM intake_assignment b WHERE b.request_id = a.request_id
    AND (b.assigned_at, b.id) < (a.assigned_at, a.id))
GROUP BY ROLLUP (1);
SELECT {unit}, count(*), avg(a.answered_at - a.assigned_at),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY a.answered_at - a.assigned_at)
FROM intake_assignment a JOIN intake_mentoringrequest m ON m.id = a.request_id
JOIN mentors_chapter ch ON ch.id = m.chapter_id
WHERE a.answered_at >= {since} AND a.outcome IN ('accepted_in_time', 'accepted_late') AND {scope}
GROUP BY ROLLUP (1);
SELECT {unit}, count(*), avg(s.notes_entered_at - m.submitted_at),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY s.notes_entered_at - m.submitted_at)
FROM intake_session s JOIN intake_mentoringrequest m ON m.id = s.request_id
JOIN mentors_chapter ch ON ch.id = m.chapter_id
WHERE s.notes_entered_at >= {since} AND {scope}
AND NOT EXISTS (SELECT 1 FROM intake_session b WHERE b.request_id = s.request_id
    AND (b.notes_entered_at, b.id) < (s.notes_entered_at, s.id))
GROUP BY ROLLUP (1);
SELECT count(*), avg(a.assigned_at - m.submitted_at)
FROM intake_assignment a JOIN intake_mentoringrequest m ON m.id = a.request_id
WHERE a.assigned_at >= {before} AND a.assigned_at < {since} AND {scope}
AND (a.assigned_by_id IS NOT NULL OR a.assigned_at <> m.submitted_at)
AND NOT EXISTS (SELECT 1 FROM intake_assignment b WHERE b.request_id = a.request_id
    AND (b.assigned_at, b.id) < (a.assigned_at, a.id));
SELECT count(*), avg(a.answered_at - a.assigned_at)
FROM intake_assignment a JOIN intake_mentoringrequest m ON m.id = a.request_id
WHERE a.answered_at >= {before} AND a.answered_at < {since}
AND a.outcome IN ('accepted_in_time', 'accepted_late') AND {scope};
SELECT count(*), avg(s.notes_entered_at - m.submitted_at)
FROM intake_session s JOIN intake_mentoringrequest m ON m.id = s.request_id
WHERE s.notes_entered_at >= {before} AND s.notes_entered_at < {since} AND {scope}
AND NOT EXISTS (SELECT 1 FROM intake_session b WHERE b.request_id = s.request_id
    AND (b.notes_entered_at, b.id) < (s.notes_entered_at, s.id));
SELECT m.status, count(*) FROM intake_mentoringrequest m
WHERE {scope} AND m.status IN ('need_action', 'assigned', 'accepted') GROUP BY 1
