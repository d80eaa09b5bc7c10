"""A file on its way in: read whole, put end to end, copied into the store of originals."""
