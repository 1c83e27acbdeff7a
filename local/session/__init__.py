"""One session of `schedules dev`: what a person sees from the deployment to the end."""
