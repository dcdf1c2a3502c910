"""The portal over the published months of a large city: its speed, its memory, what judging costs."""
