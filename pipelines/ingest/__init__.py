"""Reads claims exports and tells claims that can be printed from those that must not be.

    access      opens a folder or bucket
    survey      lists the export, checks files and columns, cuts the reading into tasks
    read        one task to tables: delimited (CSV), cells (types), text (normal form), extras
    duplicates  claim_ids that occur more than once in the whole export
    facts       what a country's table says of its recipients
    check       accepted, rejected and condemned, from claim_defects and recipient_defects

Nothing here knows Beam. What is wrong with a file or column is a ContractError; what is wrong
with a row is a `Reason`.
"""
