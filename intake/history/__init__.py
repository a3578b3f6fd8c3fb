"""The history of an older system: seven CSV files in, requests with their whole timeline out."""
