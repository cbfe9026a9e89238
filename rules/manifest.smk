# manifest: how every result was made, and its checksum.


rule write_manifest:
    input:
        lambda wildcards: manifest_files(),
    output:
        update("results/manifest.parquet"),  # results that were not made again keep the versions of their libraries
    log:
        "logs/write_manifest.log",
    benchmark:
        "logs/benchmarks/write_manifest.tsv"
    conda:
        "../envs/core.yaml"
    params:
        records=lambda wildcards: manifest_records(),
        code=code("write_manifest"),
    message:
        "Write the manifest: how every file was made, and its checksum"
    script:
        "../workflow/scripts/write_manifest.py"
