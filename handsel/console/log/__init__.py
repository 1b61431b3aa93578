"""Everything that tracking noted of a program, as one stream: clicks, impressions, events of the
shop."""
