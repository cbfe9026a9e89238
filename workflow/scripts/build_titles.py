"""Build the parallel titles of one language, from components in neither dev nor test, without what these judge."""

from switchrank import tables
from switchrank.data.homeassistant import Wheel
from switchrank.data.texts import build_titles, without
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads), Wheel(snakemake.input.source) as wheel:
    splits = tables.read(snakemake.input.splits, tables.SPLITS)
    judged = set(splits.filter(splits["split"] != "train")["group"])
    titles = build_titles(wheel, snakemake.wildcards.language, set(wheel.trees("en")) - judged)
    left_out = tables.read(snakemake.input.left_out, tables.LEFT_OUT)
    tables.write(without(titles, left_out), snakemake.output[0], tables.TITLES)
