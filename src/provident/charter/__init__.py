"""What this system never does, as text people can read and as checks that walk what is built.

Promise: the walk looks at every table, API schema, export, catalogue and read that it is handed,
says what it looked at and what it was not given, and names every breach with the article it
breaks. The room knows no framework: the caller hands in what is to be walked.
"""

from provident.charter.articles import ARTICLES, Article
from provident.charter.package import catalogues_of
from provident.charter.records import Breach, Export, Findings
from provident.charter.walking import walk

__all__ = ["ARTICLES", "Article", "Breach", "Export", "Findings", "catalogues_of", "walk"]
