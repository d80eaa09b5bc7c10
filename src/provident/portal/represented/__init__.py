"""What somebody sees and does for a person who let them: within the fields and the days of the authority."""
