"""What the public may see of the published figures: small counts are suppressed, and what gives them away.

``figures`` are what is shown, ``sums`` what a reader can add up; ``suppression`` decides, until
``alternatives`` and ``solving`` find nothing that a reader could compute.
"""
