from switchrank import tables
from switchrank.job import job
from switchrank.lexicon.combination import combine
from switchrank.lexicon.settings import CombinedLexicon

with job(snakemake.log[0], snakemake.threads):
    settings = CombinedLexicon(**snakemake.params.settings)
    read = [tables.read(path, tables.LEXICON) for path in snakemake.input]
    lexicon = combine(
        list(zip(settings.lexicons, read, strict=True)),
        settings,
        snakemake.wildcards.target_language,
        "lexicon {} {}-{}".format(*snakemake.wildcards),
    )
    tables.write(lexicon, snakemake.output[0], tables.LEXICON)
