"""Words that stand before a name for what somebody is, without an article: Mayor Ann Bly."""

TITLES = frozenset(
    "ambassador archbishop attorney bishop captain cardinal chairman chairwoman chancellor chief coach colonel congressman "
    "congresswoman councillor councilman councilwoman dame deputy detective father general governor inspector judge justice lady "
    "lieutenant lord major mayor minister pastor premier president prime professor rabbi representative secretary senator sergeant "
    "sheriff sir speaker".split()
)
