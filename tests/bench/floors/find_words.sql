WITH hits AS (
    (SELECT m.id, m.submitted_at FROM intake_mentoringrequest m
    WHERE {scope} AND CASE WHEN m.client_id IN (
        SELECT id FROM intake_client c WHERE handoff_name_words(((COALESCE(first_name, ''))::text
            || COALESCE((COALESCE(' '::text, ''::text) || (COALESCE(last_name, ''))::text), ''::text))) @@ {query}
    ) THEN true ELSE false END
    ORDER BY m.submitted_at DESC, m.id DESC LIMIT 11)
    UNION (SELECT m.id, m.submitted_at FROM intake_mentoringrequest m
    WHERE {scope} AND CASE WHEN m.current_id IN (
        SELECT a.id FROM intake_assignment a WHERE a.mentor_id IN (
            SELECT id FROM mentors_volunteer v WHERE handoff_name_words(((COALESCE(first_name, ''))::text
                || COALESCE((COALESCE(' '::text, ''::text) || (COALESCE(last_name, ''))::text), ''::text))) @@ {query})
    ) THEN true ELSE false END
    ORDER BY m.submitted_at DESC, m.id DESC LIMIT 11)
    UNION (SELECT m.id, m.submitted_at FROM intake_mentoringrequest m
    WHERE handoff_name_words((m.business_name)::text) @@ {query} AND {scope}
    ORDER BY (m.submitted_at + interval '0') DESC, m.id DESC LIMIT 11)
    ORDER BY submitted_at DESC, id DESC LIMIT 11
)
{row} WHERE m.id IN (SELECT id FROM hits);
SELECT v.id, v.first_name, v.last_name, v.email, ch.name FROM mentors_volunteer v
JOIN mentors_chapter ch ON ch.id = v.chapter_id
WHERE handoff_name_words(((COALESCE(v.first_name, ''))::text
    || COALESCE((COALESCE(' '::text, ''::text) || (COALESCE(v.last_name, ''))::text), ''::text))) @@ {query}
AND {people} LIMIT 11
