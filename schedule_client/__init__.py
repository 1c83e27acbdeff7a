"""The boto3 helper that applications install; importing it imports no boto3."""
