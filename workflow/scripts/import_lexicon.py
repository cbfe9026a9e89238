import sys

from switchrank import tables
from switchrank.job import job
from switchrank.lexicon.dictionaries.importing import import_lexicon
from switchrank.lexicon.settings import ImportedLexicon

with job(snakemake.log[0], snakemake.threads):
    source, target = snakemake.wildcards.source_language, snakemake.wildcards.target_language
    # the job is for one pair, whatever other pairs have files
    settings = ImportedLexicon(**{**snakemake.params.settings, "languages": [source, target]})
    lexicon, read = import_lexicon(snakemake.input[0] if snakemake.input else None, settings, source, target)
    sys.stderr.write(f"import_lexicon: {read}\n")
    tables.write(lexicon, snakemake.output[0], tables.LEXICON)
