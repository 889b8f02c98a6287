"""The delivery room: where finished print files go, and the books that say what went where.

It knows lots, print files and rows of PIECES; it knows nothing of what a claim says, of layouts
or of Beam. `store` is the only way to the bucket; `verify` trusts nothing but the bucket.
"""
