"""Where a rule stands: the law and the article."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Citation:
    """A law by its title and an article in it, e.g. ("Social Insurance Law (2018)", "74")."""

    law: str
    article: str = ""

    def __str__(self) -> str:
        return f"{self.law}, art. {self.article}" if self.article else self.law
