"""What every test finds: the embedded servers, and the rows that migrations put in."""
