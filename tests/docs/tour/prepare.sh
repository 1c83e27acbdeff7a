# The pull request of docs/tour.md: what is on main, and a branch "mornings" with the change.
mv change ../change
mv prepare.sh ..
git init -q -b main
git add -A
git commit -q -m "The catalog so far"
git switch -q -c mornings
cp ../change/*.yaml schedules/
git add -A
git commit -q -m "Reports in the morning, invoices later"
