import sys

from switchrank import tables
from switchrank.job import job
from switchrank.lexicon.settings import TitleLexicon
from switchrank.lexicon.titles.cleaning import clean_pairs
from switchrank.lexicon.titles.files import read_title_pairs
from switchrank.lexicon.titles.induction import parallel_titles, title_lexicon

with job(snakemake.log[0], snakemake.threads):
    settings = TitleLexicon(**snakemake.params.settings)
    source, target = snakemake.wildcards.source_language, snakemake.wildcards.target_language
    if settings.files is None:
        parts = (tables.read(path, tables.TITLES) for path in (snakemake.input.source, snakemake.input.target))
        titles = parallel_titles(*parts, f"{source}-{target}")
    else:
        titles, read = read_title_pairs(snakemake.input.files, settings.files, source, target)
        sys.stderr.write(f"build_title_lexicon: {read}\n")
    titles, emptied = clean_pairs(titles, settings.clean, (source, target))
    if emptied:
        sys.stderr.write(f"build_title_lexicon: cleaning left nothing of {emptied:,} titles, which are out\n")
    lexicon = title_lexicon(titles, source, target, settings)
    tables.write(lexicon, snakemake.output[0], tables.LEXICON)
