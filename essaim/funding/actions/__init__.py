"""The only writers of pools: one module a subject. Each act locks the pool first, then what it
changes of it, then (where it must) the card."""
