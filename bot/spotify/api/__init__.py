"""The Web API's calls, grouped by subject; `SpotifyClient` has all of them."""
