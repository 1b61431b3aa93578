"""What may earn credit for a conversion besides its clicks and codes: articles, customers who are
bound, the brand's own channels, a subscription's first order, a person's decision.

`claims` gathers it as touches, `bindings` binds customers by what was concluded, `standings` says
what counted before an order, and `by_hand` is for people. See docs/attribution.md.
"""
