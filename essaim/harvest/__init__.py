"""Cards taken from partners' banks through open formats, with credit and a link back (§ 11)."""
