{row} WHERE m.id = {which};
{shortlist}
