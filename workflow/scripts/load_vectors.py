import sys

from switchrank import tables
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads):
    from switchrank.lexicon.settings import FileVectors
    from switchrank.lexicon.vectors.files import read_vectors

    language = snakemake.wildcards.language
    # the job is for one language, whatever other languages have files
    settings = FileVectors(**{**snakemake.params.settings, "languages": [language]})
    table, reading = read_vectors(snakemake.input[0], settings, language, snakemake.threads)
    sys.stderr.write(f"load_vectors {language}: {reading}\n")
    tables.write(table, snakemake.output[0], tables.VECTORS)
