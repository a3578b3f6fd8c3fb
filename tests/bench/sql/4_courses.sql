-- What follows an acceptance: attempts, sessions, and the end.

CREATE TEMP TABLE course ON COMMIT DROP AS
SELECT t.*, CASE WHEN fate IN ('silent', 'tried', 'contacted', 'scheduled', 'held') THEN NULL
    ELSE least(start + CASE fate WHEN 'complete' THEN interval '3 days' + meetings * interval '10 days'
        WHEN 'no_response' THEN interval '15 days' ELSE interval '5 days' END + random() * interval '5 days',
        now - interval '1 minute') END AS ended_at
FROM (
    SELECT c.id AS assignment_id, c.request_id, c.mentor_id, c.zone, c.answered_at AS start, p.fate, p.now,
        CASE p.fate WHEN 'silent' THEN 1 WHEN 'no_response' THEN 3 WHEN 'incorrect_contact' THEN 3 ELSE 2 END AS attempts,
        CASE WHEN p.fate IN ('held', 'complete') THEN 1 + c.id % 3 WHEN p.fate IN ('no_show', 'scheduled') THEN 1 ELSE 0 END AS meetings
    FROM choice c JOIN plan p ON p.id = c.request_id WHERE c.answered_at IS NOT NULL AND c.outcome LIKE 'accepted%'
) t;
ALTER TABLE course ADD PRIMARY KEY (assignment_id);

INSERT INTO intake_contactattempt (id, request_id, assignment_id, by_id, at, channel, result, is_first_note)
SELECT row_number() OVER (ORDER BY at), request_id, assignment_id, mentor_id, at, channel, result, k = 1
FROM (
    SELECT t.*, k, least(start + (k - 1) * CASE WHEN fate IN ('no_response', 'tried') THEN interval '7 days'
            ELSE interval '23 hours' END, now - (4 - k) * interval '1 minute') AS at,
        CASE WHEN k = 1 OR (k = 2 AND fate = 'incorrect_contact') THEN 'email' ELSE 'phone' END AS channel,
        CASE WHEN k = 1 THEN 'awaiting_answer'
            WHEN fate = 'incorrect_contact' THEN CASE k WHEN 2 THEN 'undeliverable' ELSE 'wrong_number' END
            WHEN fate IN ('no_response', 'tried') THEN 'left_message' ELSE 'reached' END AS result
    FROM course t, generate_series(1, t.attempts) k
) t;

INSERT INTO intake_session (id, request_id, assignment_id, starts_at, mode, state, minutes, notes, notes_due_at,
    notes_entered_at, notes_asked_at, created_at, entered_at, calendar_uid)
SELECT row_number() OVER (ORDER BY starts_at), request_id, assignment_id, starts_at,
    (ARRAY['video', 'video', 'phone', 'in_person'])[1 + request_id % 4], state,
    CASE WHEN state = 'held' THEN 45 + 15 * (request_id % 4) END,
    CASE WHEN noted THEN 'We spoke about the plan for the next months.' ELSE '' END, due,
    CASE WHEN noted THEN starts_at + interval '5 hours' END,
    CASE WHEN state = 'held' AND NOT noted AND due < now THEN due END, start + interval '1 day',
    CASE WHEN state IN ('held', 'missed') THEN starts_at + interval '2 hours' END, md5(assignment_id || ' ' || k)::uuid
FROM (
    SELECT t.*, state = 'held' AND (fate = 'complete' OR random() < 0.9) AS noted,
        CASE WHEN state = 'held' THEN pg_temp.deadline(starts_at, 1, zone) END AS due
    FROM (
        SELECT t.*, k, CASE fate WHEN 'no_show' THEN 'missed' WHEN 'scheduled' THEN 'scheduled' ELSE 'held' END AS state,
            CASE WHEN fate = 'scheduled' THEN now + random() * interval '10 days'
                ELSE start + interval '32 hours' + (k - 1) * interval '10 days' END AS starts_at
        FROM course t, generate_series(1, t.meetings) k
    ) t
    WHERE state = 'scheduled' OR starts_at < now - interval '6 hours'
) t;

INSERT INTO intake_assignment (id, request_id, mentor_id, assigned_by_id, assigned_at, tier, note, reasons, respond_days,
    requeue_days, remind_at, respond_by, requeue_at, reminded_at, overdue_at, outcome, answered_at, answer_days,
    decline_reason, ended_at, attempts_made, first_attempt_at, contacted_at, counseled_at, attempts_due_at,
    attempts_nudged_at, close_out_due_at, close_out_asked_at)
SELECT c.id, c.request_id, c.mentor_id, 3, c.assigned_at, c.tier,
    CASE WHEN c.wave > 1 THEN 'The first choice could not take it.' ELSE '' END, '["Business Plan"]', 2, 5,
    r.remind_at, c.respond_by, c.requeue_at,
    CASE WHEN r.remind_at < coalesce(c.answered_at, c.ended_at, p.now) THEN r.remind_at END,
    c.overdue_at, c.outcome, c.answered_at,
    CASE WHEN c.answered_at IS NOT NULL THEN pg_temp.business_days(c.assigned_at, c.answered_at, c.zone) END,
    CASE WHEN c.outcome = 'declined' THEN (ARRAY['not_my_expertise', 'no_capacity', 'away', 'location'])[1 + c.id % 4] ELSE '' END,
    coalesce(c.ended_at, k.ended_at), coalesce(k.attempts, 0), k.start,
    CASE WHEN k.fate IN ('complete', 'withdrawn_led', 'no_show', 'transferred', 'contacted', 'scheduled', 'held')
        THEN k.start + interval '23 hours' END,
    CASE WHEN k.fate IN ('complete', 'held') THEN k.start + interval '32 hours' END,
    CASE WHEN k.fate = 'silent' THEN k.start + interval '7 days' WHEN k.fate = 'tried' THEN k.start + interval '14 days' END,
    CASE WHEN k.fate = 'silent' AND k.start + interval '7 days' < p.now THEN k.start + interval '7 days'
         WHEN k.fate = 'tried' AND k.start + interval '14 days' < p.now THEN k.start + interval '14 days' END, NULL, NULL
FROM choice c JOIN plan p ON p.id = c.request_id LEFT JOIN course k ON k.assignment_id = c.id,
    LATERAL (SELECT pg_temp.deadline(c.assigned_at, 1, c.zone) - interval '15 hours' AS remind_at) r;

-- Where each request stands after all that.
CREATE TEMP TABLE standing ON COMMIT DROP AS
SELECT p.*, last.id AS last_id,
    CASE WHEN p.fate IN ('new', 'declined', 'timed_out', 'handed_back', 'transferred') THEN 'need_action'
        WHEN p.fate = 'asked' THEN 'assigned' WHEN p.fate IN ('silent', 'tried', 'contacted', 'scheduled', 'held') THEN 'accepted'
        WHEN p.fate LIKE 'withdrawn%' THEN 'withdrawn' ELSE p.fate END AS status,
    CASE WHEN p.open THEN NULL WHEN p.fate = 'withdrawn_queue' THEN p.submitted_at + interval '1 day'
        WHEN p.fate = 'withdrawn_asked' THEN last.ended_at ELSE k.ended_at END AS closed_at,
    CASE WHEN p.fate = 'transferred' THEN k.ended_at WHEN p.fate = 'asked' THEN last.assigned_at
        ELSE coalesce(last.ended_at, k.start, p.submitted_at) END AS since
FROM plan p
LEFT JOIN LATERAL (SELECT * FROM choice c WHERE c.request_id = p.id ORDER BY wave DESC LIMIT 1) last ON true
LEFT JOIN course k ON k.assignment_id = last.id;

INSERT INTO intake_mentoringrequest (id, client_id, chapter_id, submitted_at, source, question, area_id, existing,
    business_name, business_type_id, language, status, queue_reason, status_since, waiting_since, current_id, closed_at,
    withdraw_reason)
SELECT s.id, s.client_id, s.chapter_id, s.submitted_at, (ARRAY['web', 'web', 'web', 'api'])[1 + s.id % 4],
    'I ' || (ARRAY['want to start', 'run', 'am about to buy', 'would like to grow'])[1 + s.id % 4] || ' a '
        || skills[1 + s.id * 13 % array_length(skills, 1)] || ' business and need somebody who knows '
        || skills[1 + s.id * 7 % array_length(skills, 1)] || ' and ' || skills[1 + s.id * 31 % array_length(skills, 1)]
        || '. What should I do first, and what will it cost?',
    areas[1 + floor(power(s.pick, 1.7) * array_length(areas, 1))::int], s.id % 4 = 1,
    CASE WHEN s.id % 4 = 1 THEN 'Company ' || s.id ELSE '' END,
    CASE WHEN s.id % 9 > 0 THEN types[1 + floor(power(s.r1, 1.3) * array_length(types, 1))::int] END,
    CASE WHEN s.id % 17 = 0 THEN 'Spanish' ELSE 'English' END, status,
    CASE WHEN status <> 'need_action' THEN '' WHEN fate = 'handed_back' THEN 'mentor_unavailable' ELSE fate END,
    coalesce(closed_at, since),
    CASE WHEN status IN ('need_action', 'assigned') THEN CASE WHEN fate = 'transferred' THEN since ELSE submitted_at END END,
    CASE WHEN status NOT IN ('need_action', 'withdrawn') OR fate = 'withdrawn_led' THEN last_id END, closed_at,
    CASE WHEN status = 'withdrawn' THEN (ARRAY['out_of_scope', 'not_interested', 'other'])[1 + s.id % 3] ELSE '' END
FROM standing s, name_list, area_list;
