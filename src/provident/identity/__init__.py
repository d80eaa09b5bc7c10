"""The registers of residents and employers.

Promise: a resident is one random key; every official number, name and archive value is a dated
fact about that key; nothing outside the archive's catalogue can be stored; a merge or a split is
undone exactly; who looks alike is shown to a person and never decided by us.
"""
