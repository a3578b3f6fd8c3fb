SELECT date_trunc('month', s.notes_entered_at AT TIME ZONE ch.time_zone), count(*), avg(s.notes_entered_at - m.submitted_at),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY s.notes_entered_at - m.submitted_at)
FROM intake_session s JOIN intake_mentoringrequest m ON m.id = s.request_id
JOIN mentors_chapter ch ON ch.id = m.chapter_id
WHERE s.notes_entered_at >= {since} AND {scope}
AND NOT EXISTS (SELECT 1 FROM intake_session b WHERE b.request_id = s.request_id
    AND (b.notes_entered_at, b.id) < (s.notes_entered_at, s.id))
GROUP BY 1
