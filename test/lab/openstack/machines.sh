# The machines of the lab's instances, as a person at the hypervisor sees them. Sourced by openstacklab.
# shellcheck shell=bash

machine_dir() { # ID
    local dir=$OPENSTACKLAB_DIR/machines/$1
    [ -d "$dir" ] || die "there is no machine $1"
    echo "$dir"
}

is_on() { [ -s "$1/init" ] && kill -0 "$(cat "$1/init")" 2>/dev/null; }

list_machines() {
    local dir
    for dir in "$OPENSTACKLAB_DIR"/machines/*/; do
        dir=${dir%/}
        is_on "$dir" || continue
        jq -r '[.uuid, .name, .host, .address] | join(" ")' "$dir/machine.json" | tr '\n' ' '
        cat "$dir/init"
    done
}

kill_machine() { # ID
    local dir init _
    dir=$(machine_dir "$1")
    is_on "$dir" || die "machine $1 is off"
    init=$(cat "$dir/init")
    kill -KILL "$init"
    for _ in $(seq 200); do
        kill -0 "$init" 2>/dev/null || return 0
        sleep 0.05
    done
    die "machine $1 does not die"
}

kill_host() { # HOST
    local id host
    stop_service "$1"
    while read -r id _ host _; do
        [ "$host" != "$1" ] || kill_machine "$id"
    done < <(list_machines)
}

inside() { # ID CMD...
    local dir; dir=$(machine_dir "$1"); shift
    is_on "$dir" || die "that machine is off"
    nsenter -t "$(cat "$dir/init")" -m -u -i -p -n -r -w -- env -u OPENSTACKLAB_DIR "$@"
}
