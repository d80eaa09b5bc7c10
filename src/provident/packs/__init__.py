"""The law of countries as data, one folder a country; `provident.law` reads it, nothing else does.

pack.yaml (name, version, currency, zone) · laws.yaml (what is cited) · regions.yaml ·
parameters/**.yaml (one number a file, values for the whole country) · places/<code>.yaml (values
of one place) · deadlines.yaml · retention.yaml · CHANGELOG.md. What is worked out from them:
variables/*.yaml (what each whole number stands for, its bounds, its formulas in words) · formulas/*.py
· roundings.yaml · requirements.yaml · calculations.yaml · cases/ (published examples, each a test).
A value is dated, cited and carries its evidence; `provident law check` says what is wrong.
"""
