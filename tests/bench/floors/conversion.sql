SELECT d.id, count(*), count(*) FILTER (WHERE came.assigned), count(*) FILTER (WHERE came.accepted),
    count(*) FILTER (WHERE came.contacted), count(*) FILTER (WHERE came.counseled),
    count(*) FILTER (WHERE m.status = 'complete'),
    count(*) FILTER (WHERE m.status IN ('need_action', 'assigned', 'accepted'))
FROM intake_mentoringrequest m JOIN mentors_chapter ch ON ch.id = m.chapter_id JOIN mentors_district d ON d.id = ch.district_id
LEFT JOIN (
    SELECT a.request_id, true AS assigned, bool_or(a.outcome LIKE 'accepted%%') AS accepted,
        bool_or(a.contacted_at IS NOT NULL) AS contacted, bool_or(a.counseled_at IS NOT NULL) AS counseled
    FROM intake_assignment a JOIN intake_mentoringrequest m ON m.id = a.request_id
    WHERE {scope} AND m.submitted_at >= {since} GROUP BY 1
) AS came ON came.request_id = m.id
WHERE {scope} AND m.submitted_at >= {since} GROUP BY 1
