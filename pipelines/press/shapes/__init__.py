"""Shapes: what letters of a layout have in common, learnt from WeasyPrint and put together anew."""
