from switchrank import tables
from switchrank.data.splits import in_split
from switchrank.evaluation.translate import translate_table
from switchrank.job import job
from switchrank.lexicon.lookup import read_lexicon

with job(snakemake.log[0], snakemake.threads):
    wanted = snakemake.wildcards
    contract = tables.QUERIES if wanted.side == "queries" else tables.PASSAGES
    texts = tables.read(snakemake.input.texts, contract)
    if wanted.side == "passages":
        splits = in_split(tables.read(snakemake.input.splits, tables.SPLITS), wanted.split)
        texts = texts.join(splits, on="doc_id", how="semi", maintain_order="left")
    translated = translate_table(texts, wanted.language, read_lexicon(snakemake.input.lexicon))
    tables.write(translated, snakemake.output[0], contract)
