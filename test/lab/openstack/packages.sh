# What the lab is made of. Sourced by openstacklab.
# shellcheck shell=bash

PACKAGES="python3-nova nova-common python3-keystone python3-placement placement-common python3-glance
    glance-common python3-neutron neutron-common python3-openstackclient uwsgi-core
    uwsgi-plugin-python3 mariadb-server rabbitmq-server curl jq openssh-server
    python3-configobj python3-jinja2 python3-jsonpatch python3-jsonschema python3-netifaces
    python3-oauthlib python3-requests python3-yaml python3-serial python3-debconf resource-agents"
# The real cloud-init, for the machines only: installed here it would take this machine for a guest.
CLOUD_INIT=/var/cache/openstacklab/cloud-init

missing_packages() {
    local package
    for package in $PACKAGES; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
    done
    [ -d $CLOUD_INIT/usr ] || echo cloud-init
}

install_packages() {
    local missing; missing=$(missing_packages | grep -vx cloud-init || true)
    export DEBIAN_FRONTEND=noninteractive
    if [ -n "$missing" ]; then
        if [ ! -e /usr/sbin/policy-rc.d ]; then  # nothing of it shall serve here
            printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
            chmod +x /usr/sbin/policy-rc.d
            trap 'rm -f /usr/sbin/policy-rc.d' EXIT
        fi
        apt-get update -qq
        # shellcheck disable=SC2086
        apt-get install -y -qq --no-install-recommends $missing >/dev/null
    fi
    [ -d $CLOUD_INIT/usr ] || unpack_cloud_init
}

unpack_cloud_init() {
    local scratch; scratch=$(mktemp -d)
    chmod 755 "$scratch"
    (cd "$scratch" && apt-get download -qq cloud-init && dpkg-deb -x cloud-init_*.deb root)
    rm -rf "$scratch"/root/{lib,etc/systemd,usr/lib/systemd}
    mkdir -p $CLOUD_INIT
    cp -a "$scratch/root/." $CLOUD_INIT/
    rm -rf "$scratch"
}
