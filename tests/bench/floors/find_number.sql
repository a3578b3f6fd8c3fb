SELECT id FROM intake_mentoringrequest m WHERE m.id = %(led)s AND {scope}
