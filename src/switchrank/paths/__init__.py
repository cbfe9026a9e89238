"""Where every table of every stage lies, and what a job needs: one module for each stage.

The functions are pure: what they give follows from the configuration and the names in a job's path, and they read no
file. Their parameters have the names of the wildcards, so a rule uses them as they are (`by_wildcards` in
`rules/inputs/common.smk`). What scripts need of paths is in `switchrank.results`, which knows no configuration.
"""
