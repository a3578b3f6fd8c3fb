-- The events of all that, in the order in which they happened.

INSERT INTO intake_requestevent (id, request_id, assignment_id, kind, at, processed_at, by_id, by_client,
    from_status, to_status, data)
SELECT row_number() OVER (ORDER BY at, request_id, rank), request_id, assignment_id, kind, at, at, by_id, by_client,
    from_status, to_status, data
FROM (
    SELECT id AS request_id, NULL::bigint AS assignment_id, 1 AS rank, 'submitted' AS kind, submitted_at AS at,
        NULL::bigint AS by_id, true AS by_client, '' AS from_status, 'need_action' AS to_status, '{"direct": false}'::jsonb AS data
    FROM plan
    UNION ALL
    SELECT request_id, id, 2, 'assigned', assigned_at, 3, false, 'need_action', 'assigned', '{"note": ""}' FROM choice
    UNION ALL
    SELECT request_id, id, 3, 'overdue', overdue_at, NULL, false, 'assigned', 'assigned', '{}' FROM choice WHERE overdue_at IS NOT NULL
    UNION ALL
    SELECT request_id, id, 4, CASE outcome WHEN 'declined' THEN 'declined' WHEN 'timed_out' THEN 'requeued' ELSE 'handed_back' END,
        ended_at, CASE WHEN outcome <> 'timed_out' THEN mentor_id END, false, 'assigned', 'need_action',
        CASE WHEN outcome = 'declined' THEN jsonb_build_object('text', '', 'reason',
            (ARRAY['not_my_expertise', 'no_capacity', 'away', 'location'])[1 + id % 4]) ELSE '{}' END
    FROM choice WHERE outcome IN ('declined', 'timed_out', 'handed_back')
    UNION ALL
    SELECT request_id, id, 4, 'accepted', answered_at, mentor_id, false, 'assigned', 'accepted',
        '{"note": "I am glad to help. When could we speak?"}'
    FROM choice WHERE outcome LIKE 'accepted%'
    UNION ALL
    SELECT request_id, assignment_id, 5, 'contact', at, by_id, false, 'accepted', 'accepted',
        jsonb_build_object('attempt', id, 'channel', channel, 'result', result)
    FROM intake_contactattempt WHERE NOT is_first_note
    UNION ALL
    SELECT s.request_id, s.assignment_id, k.rank, k.kind, k.at, c.mentor_id, false, 'accepted', 'accepted',
        jsonb_build_object('session', s.id, 'starts_at', s.starts_at, 'late', false)
    FROM intake_session s JOIN choice c ON c.id = s.assignment_id,
        LATERAL (VALUES (6, 'session_scheduled', s.created_at), (7, 'session_held', CASE WHEN state = 'held' THEN entered_at END),
            (7, 'session_missed', CASE WHEN state = 'missed' THEN entered_at END), (8, 'notes_entered', s.notes_entered_at)
        ) AS k (rank, kind, at)
    WHERE k.at IS NOT NULL
    UNION ALL
    SELECT request_id, assignment_id, 8, 'transferred', ended_at, mentor_id, false, 'accepted', 'need_action',
        '{"reason": "I shall be away for two months."}'
    FROM course WHERE fate = 'transferred'
    UNION ALL
    SELECT id, last_id, 9, 'closed', closed_at, 3, false, CASE fate WHEN 'withdrawn_queue' THEN 'need_action'
        WHEN 'withdrawn_asked' THEN 'assigned' ELSE 'accepted' END, status, '{"note": ""}'
    FROM standing WHERE closed_at IS NOT NULL
) t;

-- The letters to clients; the others would be five times as many and are shown on no page by themselves.
INSERT INTO intake_outboxmail (kind, dedupe_key, request_id, client_id, to_email, subject, text, html, created_at, send_at,
    state, sent_at)
SELECT 'client_received', 'crowd:' || p.id, p.id, p.client_id, 'client.' || p.client_id || '@example.com',
    'Your request MR-' || p.id, 'We have received your request.', '<p>We have received your request.</p>', submitted_at,
    submitted_at, 'sent', submitted_at + interval '1 minute'
FROM plan p ORDER BY p.id;
INSERT INTO intake_duplicateflag (request_id, other_id, reason, found_at)
SELECT id, id - 2999, 'same e-mail address', submitted_at FROM plan WHERE client_id <> id AND open;
