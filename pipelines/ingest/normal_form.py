"""Languages and postcodes as the rooms behind ingest expect them."""

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.ingest.facts import CountryFacts

Columns = Mapping[str, pa.Array]


def languages(claims: Columns, countries: Mapping[str, CountryFacts]) -> pa.Array:
    """The language subtag of every row (`sv-SE` is `sv`), the country's first one where it is empty.

    BCP 47 (RFC 5646, 2.1.1) does not mind the case. Without language and known country: null.
    """
    language = pc.ascii_lower(pc.replace_substring_regex(claims["language"], "[-_].*$", ""))
    if not language.null_count:
        return language
    codes = sorted(countries)
    firsts = pa.array([countries[code].languages[0] for code in codes], pa.string())
    return pc.coalesce(language, firsts.take(pc.index_in(claims["country"], pa.array(codes, pa.string()))))


def postcodes(claims: Columns, countries: Mapping[str, CountryFacts]) -> pa.Array:
    """Every postcode without blanks and country prefix; null where it is not of its country's form.

    A postcode of a country without facts stays as it stands.
    """
    given, country = claims["postal_code"], claims["country"]
    normal = given
    for code in sorted(countries):
        facts = countries[code]
        here = pc.equal(country, code)
        if pc.any(here).as_py():
            local = pc.if_else(here, given, None)
            fits = pc.match_substring_regex(local, facts.postcode_pattern)
            plain = pc.replace_substring_regex(local, facts.postcode_pattern, facts.postcode_normal)
            normal = pc.if_else(pc.fill_null(here, False), pc.if_else(fits, plain, None), normal)
    return normal
