"""What a record comes to under the law: facts of an opened record, worked out with a trace, and told."""
