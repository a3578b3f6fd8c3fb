{timing}
