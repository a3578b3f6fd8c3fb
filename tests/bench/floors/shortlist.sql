{request};
{shortlist};
{not_available}
