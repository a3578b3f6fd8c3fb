WITH called AS MATERIALIZED (
    SELECT id FROM intake_client c WHERE handoff_name_words(((COALESCE(first_name, ''))::text
        || COALESCE((COALESCE(' '::text, ''::text) || (COALESCE(last_name, ''))::text), ''::text))) @@ {query}
), hits AS (
    SELECT m.id FROM intake_mentoringrequest m JOIN called ON called.id = m.client_id WHERE {scope}
    UNION SELECT m.id FROM intake_mentoringrequest m WHERE handoff_name_words((m.business_name)::text) @@ {query} AND {scope}
    ORDER BY id DESC LIMIT 11
)
{row} WHERE m.id IN (SELECT id FROM hits);
SELECT v.id, v.first_name, v.last_name, v.email, ch.name FROM mentors_volunteer v
JOIN mentors_chapter ch ON ch.id = v.chapter_id
WHERE handoff_name_words(((COALESCE(v.first_name, ''))::text
    || COALESCE((COALESCE(' '::text, ''::text) || (COALESCE(v.last_name, ''))::text), ''::text))) @@ {query}
AND {people} LIMIT 11
