{row} WHERE m.id = {which};
SELECT * FROM intake_assignment WHERE request_id = {which};
SELECT * FROM intake_session WHERE request_id = {which}
