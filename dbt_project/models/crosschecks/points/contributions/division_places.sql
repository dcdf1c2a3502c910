-- Grain: one row per division (empty: none known) and place its parameters are looked up at:
-- itself, its parents as far as the site lists them, and anywhere (empty).
{{ places_of_divisions() }}
