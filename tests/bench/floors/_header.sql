SELECT count(*) FROM intake_mentoringrequest m WHERE {scope} AND m.status = 'need_action';
{watched} SELECT count(DISTINCT request_id) FROM watched
