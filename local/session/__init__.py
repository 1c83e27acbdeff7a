"""One session of `python -m local`: what a person sees from the deployment to the end."""
