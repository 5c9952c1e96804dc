"""One initiative carried through the whole, stage after stage: ``test_whole_path`` runs them."""
