"""How does it get out? A merged model with its prompt, stops and card, for other programs."""
