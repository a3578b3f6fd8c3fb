SELECT * FROM intake_client WHERE id = %(client)s;
{row} WHERE m.client_id = %(client)s ORDER BY m.submitted_at DESC;
SELECT * FROM intake_session WHERE request_id IN (SELECT id FROM intake_mentoringrequest WHERE client_id = %(client)s);
SELECT * FROM intake_duplicateflag f JOIN intake_mentoringrequest m ON m.id IN (f.request_id, f.other_id)
WHERE m.client_id = %(client)s
