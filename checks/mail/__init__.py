"""Mail: the records that let a domain send."""
