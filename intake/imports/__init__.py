"""Moving in by hand: units, people and closed days from a spreadsheet, in the administration."""
