# The repository of docs/diff.md: one entry on main, and an edit of it that is not yet committed.
mv prepare.sh ..
git init -q -b main
git add -A
git commit -q -m "The catalog so far"
sed -i 's/30 3 1/30 4 2/' schedules/billing.yaml
