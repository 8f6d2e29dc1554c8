# A repository: commits, branches, a merge, a clone, garbage collection, a check, the state of changed files.
export HOME=$PWD GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b
export GIT_AUTHOR_DATE='2001-02-03T04:05:06Z' GIT_COMMITTER_DATE='2001-02-03T04:05:06Z'
git init -q -b main first && cd first || exit 1
for i in $(seq 60); do mkdir -p "d$((i % 7))/e"; seq "$i" 300 > "d$((i % 7))/e/f$i"; done
git add -A && git commit -qm one
git checkout -qb side && seq 7 > d1/new && git add -A && git commit -qm two
git checkout -q main && git mv d2 moved && git commit -qam three
git merge -q -m four side && git log --format='%H %s'
cd .. && git clone -q first second && cd second || exit 1
echo changed >> d1/new && rm d3/e/f3 && touch untracked && chmod +x d1/e/f1
git status --short
git stash -q && git stash pop -q && git diff --stat
git gc -q && git fsck --full && git count-objects | cut -d, -f1
git verify-pack .git/objects/pack/*.idx && git rev-parse HEAD
