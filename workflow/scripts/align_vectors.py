import sys

from switchrank import tables
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads):
    import faiss

    from switchrank.lexicon.settings import AlignedVectors
    from switchrank.lexicon.vectors.alignment import align_vectors, normalise_table

    faiss.omp_set_num_threads(snakemake.threads)
    settings, language = AlignedVectors(**snakemake.params.settings), snakemake.wildcards.language
    label = f"vectors {snakemake.wildcards.vectors} {language}"
    table = tables.read_arrow(snakemake.input.vectors, tables.VECTORS)
    if language == settings.pivot:
        aligned = normalise_table(table, settings, label)
    else:
        pivot = tables.read_arrow(snakemake.input.pivot, tables.VECTORS)
        seed = snakemake.input.get("seed")
        lexicon = tables.read(seed, tables.LEXICON) if seed else None
        aligned, history = align_vectors(table, pivot, settings, lexicon, language, label)
        for step in history:
            sys.stderr.write(f"align_vectors {language}: {step}\n")
    tables.write(aligned, snakemake.output[0], tables.VECTORS)
