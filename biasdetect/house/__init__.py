"""House style: a configuration file beside the articles and marks inside them decide what is reported."""

from biasdetect.house.rules import Rules, apply_rules
from biasdetect.house.style import HouseStyle, find_house_style, read_house_style
from biasdetect.house.terms import Term, Terms

__all__ = ["HouseStyle", "Rules", "Term", "Terms", "apply_rules", "find_house_style", "read_house_style"]
