"""Makes claims exports that look like the real thing: invented people, invented debts.

The same call gives the same bytes. A few per cent of the rows have a defect on purpose, and
the summary says which, so that a run over the export can be counted.
"""
