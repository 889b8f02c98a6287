"""The symbologies that letters bear, encoded: what is dark in a QR, Data Matrix or Code 128 symbol.

A symbol of fixed size is linear in its data over GF(2): every bit of the data turns a fixed set of
modules over. So nothing here walks through a symbol module by module: QR codes are made for a
whole batch in array operations, a Data Matrix is the sum of a handful of ready pictures.
"""
