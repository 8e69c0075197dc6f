# How a machine out of namespaces comes to a root of its own; $root and $disk are set. Sourced by the
# first process of a guest of guestlab, and of a machine of openstack.
# shellcheck shell=bash

tell_and_wait() { # our id as the lab sees it, for the cable to be plugged in
    local pid
    read -r pid _ </proc/self/stat
    # Opened for reading, too: it cannot hang where the lab is gone.
    echo "$pid" 1<>"$disk/born"
    read -r -t 30 _ <>"$disk/go"
    echo begun 1<>"$disk/born"
}

mount_root() {
    mount -t overlay guest -o "lowerdir=${lower:-/},upperdir=$disk/upper,workdir=$disk/work" "$root"
    mount -t proc proc "$root/proc"
    mount -t sysfs sys "$root/sys"
    mount -t tmpfs -o mode=755 run "$root/run"
    mount -t tmpfs -o mode=1777 tmp "$root/tmp"
    mount -t tmpfs -o mode=700 root "$root/root"  # no keys and start-up files of this machine
    mount -t tmpfs -o mode=755 dev "$root/dev"
    mkdir -p "$root"/dev/{pts,shm} "$root"/run/{sshd,lock,resource-agents}
    mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
    mount -t tmpfs -o mode=1777 shm "$root/dev/shm"
    ln -s pts/ptmx "$root/dev/ptmx"
    ln -s /proc/self/fd "$root/dev/fd"
    local device
    for device in null zero full random urandom tty; do
        touch "$root/dev/$device"
        mount --bind "/dev/$device" "$root/dev/$device"
    done
}

# The kernel's own is this machine's, and would look as if a guest had never been rebooted.
make_boot_id() {
    cat /proc/sys/kernel/random/uuid >"$root/run/boot_id"
    mount --bind "$root/run/boot_id" "$root/proc/sys/kernel/random/boot_id"
}

enter_root() {
    cd "$root"
    mkdir -p old
    pivot_root . old
    umount -l /old
    rmdir /old 2>/dev/null || true  # there from the last boot, or busy for a moment
}

become_sshd() { # bash as the first process reaps what loses its parent
    env -i PATH="$PATH" /usr/sbin/sshd -D -e &
    # shellcheck disable=SC2064
    trap "${on_term:-:}" TERM INT
    while :; do wait || true; sleep 3600 & done
}
