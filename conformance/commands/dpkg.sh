#!/bin/bash
# Builds a package, installs, upgrades and removes it with dpkg. Natively in a root of its own: an overlay over the host's, in private mounts.
set -u
if [ "${1:-}" != inside ] && ! uname -r | grep -q zonix; then
    if [ "$(id -u)" != 0 ]; then
        echo "needs root"
        exit 1
    fi
    exec unshare -m bash -c '
        set -e
        mount --make-rprivate /
        mount -t tmpfs tmpfs /mnt
        mkdir /mnt/upper /mnt/work /mnt/root
        mount -t overlay overlay -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work /mnt/root
        mount --rbind /dev /mnt/root/dev
        mount --rbind /proc /mnt/root/proc
        exec chroot /mnt/root bash "$0" inside' "$0"
fi
export LC_ALL=C DEBIAN_FRONTEND=noninteractive
folder=$(mktemp -d /tmp/zonix-dpkg-XXXXXX)
cd "$folder" || exit 1

build() {
    rm -rf tree
    mkdir -p tree/DEBIAN tree/usr/share/zonix-test tree/usr/bin tree/etc
    cat >tree/DEBIAN/control <<END
Package: zonix-test
Version: $1
Architecture: all
Maintainer: Nobody <nobody@example.org>
Description: a package for a test
END
    echo /etc/zonix-test.conf >tree/DEBIAN/conffiles
    printf '#!/bin/sh\nset -e\necho "postinst $1 of %s"\nchown 1:2 /usr/share/zonix-test/owned\n' "$1" >tree/DEBIAN/postinst
    printf '#!/bin/sh\necho "prerm $1 of %s"\n' "$1" >tree/DEBIAN/prerm
    chmod 755 tree/DEBIAN/postinst tree/DEBIAN/prerm
    printf '#!/bin/sh\necho "zonix-test %s"\n' "$1" >tree/usr/bin/zonix-test
    chmod 755 tree/usr/bin/zonix-test
    echo "setting of $1" >tree/etc/zonix-test.conf
    echo owned >tree/usr/share/zonix-test/owned
    seq 1 1000 >"tree/usr/share/zonix-test/data-$1"
    ln -s "data-$1" tree/usr/share/zonix-test/data
    ln tree/usr/share/zonix-test/owned tree/usr/share/zonix-test/same
    dpkg-deb --root-owner-group -Zxz -b tree "zonix-test_$1.deb"
}
shown() {
    dpkg-query -W -f '${Package} ${Version} ${Status}\n' zonix-test 2>&1
    find /usr/share/zonix-test /usr/bin/zonix-test /etc/zonix-test.conf* -printf '%p %y %m %U:%G %n %l\n' 2>&1 | sort
    cat /etc/zonix-test.conf
    zonix-test
}

build 1.0
build 2.0
dpkg-deb -c zonix-test_1.0.deb | sed -E 's/[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]+/DATE/'
dpkg -i zonix-test_1.0.deb 2>&1 | sed 's/[0-9]* files and/N files and/'
shown
dpkg -V zonix-test
echo changed >>/etc/zonix-test.conf
dpkg --force-confold -i zonix-test_2.0.deb 2>&1 | sed 's/[0-9]* files and/N files and/'
shown
dpkg -V zonix-test
dpkg -r zonix-test 2>&1 | sed 's/[0-9]* files and/N files and/'
dpkg-query -W -f '${Package} ${Status}\n' zonix-test
dpkg -P zonix-test 2>&1 | sed 's/[0-9]* files and/N files and/'
shown
cd / && rm -rf "$folder"
