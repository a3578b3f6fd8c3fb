{stages};
{worst};
{timing};
SELECT ch.district_id, a.outcome, count(*), count(*) FILTER (WHERE a.answered_at < a.respond_by)
FROM intake_assignment a JOIN mentors_volunteer v ON v.id = a.mentor_id JOIN mentors_chapter ch ON ch.id = v.chapter_id
WHERE a.assigned_at >= {since} AND {people} GROUP BY 1, 2
