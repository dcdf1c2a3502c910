"""Who and what is in the city: persons, employers, enrolments, contributions, benefits, deaths."""
