"""`python -m bot doctor`: looks at everything the bot needs, beside the running bot, and says what to do."""
