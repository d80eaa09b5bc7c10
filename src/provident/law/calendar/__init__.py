"""Working days, make-up days included, and the last days of deadlines."""
