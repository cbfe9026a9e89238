from pathlib import Path

from switchrank import tables
from switchrank.job import job
from switchrank.lexicon.quality import score_lexicon

with job(snakemake.log[0], snakemake.threads):
    lexicons = {
        Path(path).stem.removeprefix("en-"): tables.read(path, tables.LEXICON) for path in snakemake.input.lexicons
    }
    tokens = [tables.read(path, tables.TOKENS) for path in (snakemake.input.queries, snakemake.input.passages)]
    tables.write(score_lexicon(lexicons, tokens), snakemake.output[0], tables.QUALITY)
