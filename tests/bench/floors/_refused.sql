SELECT mentor_id FROM intake_assignment WHERE request_id = %(new)s AND outcome IN ('declined', 'timed_out')
