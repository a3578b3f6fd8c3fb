{request};
{shortlist}
