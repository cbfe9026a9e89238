# Functions of rules/ranker.smk: what of the table of sources a model card names.


def card_settings(wildcards):
    """How a ranker was made, for its model card."""
    return ranker.card_settings(CONFIG, SOURCES, wildcards.system, wildcards.pair, wildcards.seed)
