"""What tests of several folders share: `mongo_uri` and Spotify's `description`."""

pytest_plugins = ["tests.mongo_server.fixture", "tests.spotify_description.fixture", "tests.judged_bodies"]
