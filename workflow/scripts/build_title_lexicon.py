from switchrank import tables
from switchrank.job import job
from switchrank.lexicon.settings import TitleLexicon
from switchrank.lexicon.titles import title_lexicon

with job(snakemake.log[0], snakemake.threads):
    lexicon = title_lexicon(
        tables.read(snakemake.input.source, tables.TITLES),
        tables.read(snakemake.input.target, tables.TITLES),
        snakemake.wildcards.source_language,
        snakemake.wildcards.target_language,
        TitleLexicon(**snakemake.params.settings),
    )
    tables.write(lexicon, snakemake.output[0], tables.LEXICON)
