"""The operator's check: whether what is stored is still what was sealed.

Promise: everything that is wrong is listed, not only the first, and without a person's key or name. Rows
are read by the owner in one snapshot and hashed here; functions of the database are not trusted with that,
and are themselves held against the SQL we ship.
"""
