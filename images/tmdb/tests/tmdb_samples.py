"""Tokens in TMDB's two forms, and the ids of the films in movies.json."""

BEARER = "eyJhbGciOiJIUzI1NiJ9.eyJhdWQiOiJ0ZXN0In0.c2VjcmV0LXRva2Vu"
KEY = "0123456789abcdef0123456789abcdef"
MATRIX, RESURRECTIONS, JOB_1969, JOB_2003, AMELIE, SPIRITED, ANDAZ = 603, 624860, 10854, 9654, 194, 129, 19404
