# The repository of docs/tour.md, laid out by the command.
mv prepare.sh ..
schedules init --demo --yes . > ../laid-out
