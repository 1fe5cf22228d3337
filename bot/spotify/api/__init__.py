"""The calls of the Web API, by what they are about; `SpotifyClient` has all of them."""
