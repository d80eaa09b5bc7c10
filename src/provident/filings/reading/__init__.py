"""What a file says, before anybody asks whether it is true.

Promise: a CSV, XLSX or Parquet file becomes the same bounded chunks of exact columns, or a Refusal;
whatever the bytes are, memory stays bounded and nothing but a Refusal is raised. Pure: no database,
no law. The door is `provident.filings.reading.opening.open_filing`.
"""
