# Stands for a staged package.
