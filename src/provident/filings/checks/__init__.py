"""What the rows of a file are asked, as pure functions over columns.

Promise: every question is asked of every row, without a loop over rows; nothing is read and nothing
written here. Each question returns what it refuses (`findings.Finding`) beside what it learnt.
"""
