# report: tables in every format, figures, and one page.


include: "inputs/report.smk"


rule build_table:
    input:
        files_of(of_table("inputs")),
        compared=data.comparisons(CONFIG),
    output:
        "results/table/{table}.parquet",
    log:
        "logs/build_table/{table}.log",
    benchmark:
        "logs/benchmarks/build_table/{table}.tsv"
    conda:
        "../envs/core.yaml"
    params:
        settings=of_table("values"),
        inputs=of_table("inputs"),
        files=of_table("origins"),
        seeds=of_table("seeds"),
        command=command_of_table,
        code=code_of_table("build_table"),
    message:
        "Build the cells of the table {wildcards.table}"
    script:
        "../workflow/scripts/build_table.py"


rule gather_costs:
    input:
        COSTED,  # the last of the jobs whose records are read
    output:
        "results/cost.parquet",
    log:
        "logs/gather_costs.log",
    benchmark:
        "logs/benchmarks/gather_costs.tsv"
    conda:
        "../envs/core.yaml"
    resources:
        gpus=gpus_of_rules,  # a resource, not a param: another profile re-runs nothing
    params:
        # not declared as inputs: deleting logs/ must not make every job run again
        jobs=lambda wildcards: [list(job[:3]) for job in jobs_of_run()],
        code=code("gather_costs"),
    message:
        "Add up the cost of the jobs"
    script:
        "../workflow/scripts/gather_costs.py"


rule render_table:
    input:
        "results/table/{table}.parquet",
    output:
        md=report(
            "results/table/{table}.md",
            caption="../workflow/report/table.rst",
            category="Tables",
        ),
        tex="results/table/{table}.tex",
        html="results/table/{table}.html",
        csv=report(
            "results/table/{table}.csv",
            caption="../workflow/report/table.rst",
            category="Tables",
        ),
    log:
        "logs/render_table/{table}.log",
    benchmark:
        "logs/benchmarks/render_table/{table}.tsv"
    conda:
        "../envs/report.yaml"
    params:
        settings=settings_of("table"),
        significance=tests_of_table,
        described=of_table("described"),
        code=code_of_table("render_table"),
    message:
        "Render the table {wildcards.table}"
    script:
        "../workflow/scripts/render_table.py"


rule plot_figure:
    input:
        drawn=files_of(of_figure("inputs")),
        style=of_checkout("workflow/report/style.mplstyle"),
    output:
        svg=report(
            "results/figure/{figure}.svg",
            caption="../workflow/report/figure.rst",
            category="Figures",
        ),
        pdf="results/figure/{figure}.pdf",
    log:
        "logs/plot_figure/{figure}.log",
    benchmark:
        "logs/benchmarks/plot_figure/{figure}.tsv"
    conda:
        "../envs/report.yaml"
    params:
        settings=of_figure("values"),
        inputs=of_figure("inputs"),
        table=drawn_table,
        significance=tests_of_figure,
        described=of_figure("described"),
        code=code_of_figure("plot_figure"),
    message:
        "Plot the figure {wildcards.figure}"
    script:
        "../workflow/scripts/plot_figure.py"


rule write_report:
    input:
        paths_in(PAGE),
        project=of_checkout("pyproject.toml"),
        constraints=of_checkout("constraints.txt"),
    output:
        report(
            "results/report.html",
            caption="../workflow/report/report.rst",
            category="Report",
        ),
    log:
        "logs/write_report.log",
    benchmark:
        "logs/benchmarks/write_report.tsv"
    conda:
        "../envs/report.yaml"
    params:
        inputs=PAGE,
        sources=SOURCES,
        settings=page_settings(CONFIG),
        code=code("write_report"),
    message:
        "Write the report"
    script:
        "../workflow/scripts/write_report.py"
