"""Letters: household claims, country rules, payment references, offers, and what a letter says."""
