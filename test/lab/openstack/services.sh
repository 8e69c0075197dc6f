# OpenStack's services: their configuration, first data, start and stop. Sourced by openstacklab; runs
# in the lab's namespaces, so that every port is the usual one.
# shellcheck shell=bash

D=${OPENSTACKLAB_DIR:-}
PASSWORD=secret
DATABASES="keystone glance placement neutron nova nova_api nova_cell0"

# --- processes -------------------------------------------------------------------------------

run_service() { # NAME CMD...
    local name=$1; shift
    setsid "$@" </dev/null >>"$D/log/$name.log" 2>&1 &
    echo $! >"$D/run/$name.pid"
}

stop_service() { # NAME: with its session, and proven
    local file=$D/run/$1.pid pid _
    [ -s "$file" ] || die "service '$1' does not run"
    pid=$(cat "$file")
    kill -KILL -- "-$pid" 2>/dev/null || true
    for _ in $(seq 200); do
        kill -0 -- "-$pid" 2>/dev/null || break
        sleep 0.05
    done
    rm -f "$file"
}

await_port() { # NAME PORT
    local _
    for _ in $(seq 600); do
        ! (exec 3<>/dev/tcp/127.0.0.1/"$2") 2>/dev/null || return 0
        sleep 0.1
    done
    tail -20 "$D/log/$1.log" >&2
    die "$1 does not listen on port $2"
}

await_service() { # NAME
    case $1 in
        mariadb) await_port "$1" 3306 ;;
        rabbitmq) await_port "$1" 5672 ;;
        keystone) await_port "$1" 5000 ;;
        placement) await_port "$1" 8778 ;;
        glance) await_port "$1" 9292 ;;
        neutron) await_port "$1" 9696 ;;
        nova-api) await_port "$1" 8774 ;;
        *) ;;
    esac
}

web() { # NAME PORT PROCESSES THREADS PROGRAM: what Debian has as WSGI
    run_service "$1" uwsgi --plugin python3 --http-socket "127.0.0.1:$2" --wsgi-file "$5" --master \
        --die-on-term --processes "$3" --threads "$4" --enable-threads --lazy-apps --thunder-lock \
        --buffer-size 65535 --post-buffering 65536 --disable-logging --need-app --listen 100 \
        --add-header "Connection: close"
}

nova() { # NAME COMMAND [CONFIG...]: with our driver on nova's own path of drivers
    local name=$1 main=$2; shift 2
    run_service "$name" env OPENSTACKLAB_DIR="$D" OPENSTACKLAB_MACHINE="$HERE/machine" python3 -c "
import sys, nova.virt
nova.virt.__path__.append('$HERE/driver')
from nova.cmd.$main import main
sys.argv[0] = 'nova-$main'
sys.exit(main())" --config-file "$D/etc/nova/nova.conf" "$@" --log-file "$D/log/$name-app.log"
}

start_service() { # NAME
    case $1 in
        mariadb)
            run_service mariadb mariadbd --no-defaults --user=mysql --datadir="$D/mysql" \
                --socket="$D/mysql/socket" --pid-file="$D/mysql/pid" --bind-address=127.0.0.1 \
                --skip-log-bin --performance-schema=off --max-connections=2000 \
                --innodb-flush-log-at-trx-commit=0 --innodb-flush-method=nosync \
                --skip-innodb-doublewrite --character-set-server=utf8mb3 ;;
        rabbitmq)
            # shellcheck disable=SC1091
            (. "$D/rabbitmq/env"; run_service rabbitmq /usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server) ;;
        keystone) OS_KEYSTONE_CONFIG_FILES=$D/etc/keystone/keystone.conf web keystone 5000 1 4 /usr/bin/keystone-wsgi-public ;;
        placement) OS_PLACEMENT_CONFIG_DIR=$D/etc/placement web placement 8778 1 4 /usr/bin/placement-api ;;
        glance) OS_GLANCE_CONFIG_DIR=$D/etc/glance web glance 9292 1 2 /usr/bin/glance-wsgi-api ;;
        neutron) run_service neutron neutron-server --config-file "$D/etc/neutron/neutron.conf" ;;
        # Its locks are those of green threads: of two threads that want one, one hangs for ever.
        nova-api) OS_NOVA_CONFIG_DIR=$D/etc/nova web nova-api 8774 4 1 /usr/bin/nova-api-wsgi ;;
        nova-conductor) nova nova-conductor conductor ;;
        nova-scheduler) nova nova-scheduler scheduler ;;
        compute*) nova "$1" compute --config-file "$D/etc/nova/$1.conf" ;;
        *) die "no service '$1'" ;;
    esac
}
export OS_KEYSTONE_CONFIG_FILES OS_PLACEMENT_CONFIG_DIR OS_GLANCE_CONFIG_DIR OS_NOVA_CONFIG_DIR

# --- configuration ---------------------------------------------------------------------------

db() { echo "mysql+pymysql://os:$PASSWORD@127.0.0.1/$1?charset=utf8"; }

login() { # USER: how a service logs in to Keystone
    printf '%s\n' "auth_url = http://127.0.0.1:5000/v3" "www_authenticate_uri = http://127.0.0.1:5000/v3" \
        "auth_type = password" "username = $1" "password = $PASSWORD" "project_name = service" \
        "user_domain_name = Default" "project_domain_name = Default" "region_name = RegionOne"
}

configure_services() {
    local e=$D/etc host
    mkdir -p "$e"/{keystone/fernet,keystone/credentials,placement,glance,neutron,nova} \
        "$D"/{mysql,images,lock,state,rabbitmq/mnesia,rabbitmq/home}
    chmod 700 "$e"/keystone/{fernet,credentials}
    cat >"$D/rabbitmq/env" <<E
export HOME=$D/rabbitmq/home RABBITMQ_NODENAME=lab@localhost RABBITMQ_NODE_IP_ADDRESS=127.0.0.1
export RABBITMQ_MNESIA_BASE=$D/rabbitmq/mnesia RABBITMQ_LOG_BASE=$D/log
export RABBITMQ_ENABLED_PLUGINS_FILE=$D/rabbitmq/plugins RABBITMQ_CONFIG_FILE=$D/rabbitmq/rabbitmq.conf
export RABBITMQ_CONF_ENV_FILE=/dev/null RABBITMQ_PID_FILE=$D/rabbitmq/pid
export RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="+sbwt none +S 2:2"
E
    echo '[].' >"$D/rabbitmq/plugins"
    printf '%s\n' 'loopback_users = none' 'log.file.level = warning' >"$D/rabbitmq/rabbitmq.conf"
    cat >"$e/keystone/keystone.conf" <<E
[DEFAULT]
log_file = $D/log/keystone-app.log
[database]
connection = $(db keystone)
[token]
provider = fernet
expiration = 3600
[identity]
password_hash_rounds = 4
[fernet_tokens]
key_repository = $e/keystone/fernet
[credential]
key_repository = $e/keystone/credentials
[cache]
# In its one process. Where tokens live for seconds every service logs in for every call.
enabled = true
backend = dogpile.cache.memory
E
    cat >"$e/placement/placement.conf" <<E
[DEFAULT]
log_file = $D/log/placement-app.log
[placement_database]
connection = $(db placement)
[api]
auth_strategy = keystone
[keystone_authtoken]
$(login placement)
E
    cp /usr/share/glance-common/glance-api-paste.ini "$e/glance/"
    cat >"$e/glance/glance-api.conf" <<E
[DEFAULT]
log_file = $D/log/glance-app.log
enabled_backends = files:file
[glance_store]
default_backend = files
[files]
filesystem_store_datadir = $D/images
[os_glance_staging_store]
filesystem_store_datadir = $D/images
[os_glance_tasks_store]
filesystem_store_datadir = $D/images
[database]
connection = $(db glance)
[keystone_authtoken]
$(login glance)
[paste_deploy]
flavor = keystone
E
    cat >"$e/neutron/neutron.conf" <<E
[DEFAULT]
bind_host = 127.0.0.1
log_file = $D/log/neutron-app.log
state_path = $D/state
core_plugin = ml2
service_plugins =
auth_strategy = keystone
transport_url = rabbit://guest:guest@127.0.0.1/
api_workers = 1
rpc_workers = 0
rpc_state_report_workers = 0
notify_nova_on_port_status_changes = false
notify_nova_on_port_data_changes = false
dhcp_agent_notification = false
# The agents stand in the database only: they never report.
agent_down_time = 3155760000
api_paste_config = /usr/share/neutron-common/api-paste.ini
[oslo_concurrency]
lock_path = $D/lock
[database]
connection = $(db neutron)
[keystone_authtoken]
$(login neutron)
[ml2]
type_drivers = local
tenant_network_types = local
mechanism_drivers = openvswitch
extension_drivers = port_security
[securitygroup]
enable_security_group = true
firewall_driver = noop
E
    cp /usr/share/nova-common/api-paste.ini "$e/nova/"
    cat >"$e/nova/nova.conf" <<E
[DEFAULT]
transport_url = rabbit://guest:guest@127.0.0.1/
my_ip = 127.0.0.1
state_path = $D/state
instances_path = $D/state
compute_driver = labmachine.LabDriver
# What dies is noticed within seconds.
report_interval = 2
service_down_time = 6
sync_power_state_interval = 5
running_deleted_instance_poll_interval = 10
vif_plugging_timeout = 0
vif_plugging_is_fatal = false
enabled_apis = osapi_compute
rpc_response_timeout = 20
[workarounds]
disable_rootwrap = true
[api]
auth_strategy = keystone
max_limit = 1000
[quota]
instances = $INSTANCES
cores = -1
ram = -1
[api_database]
connection = $(db nova_api)
[database]
connection = $(db nova)
[keystone_authtoken]
$(login nova)
[service_user]
send_service_user_token = true
$(login nova)
[placement]
$(login nova)
[neutron]
$(login nova)
[glance]
endpoint_override = http://127.0.0.1:9292
[cinder]
os_region_name = RegionOne
[vnc]
enabled = false
[conductor]
workers = 1
[scheduler]
workers = 1
[oslo_concurrency]
lock_path = $D/lock
[filter_scheduler]
track_instance_changes = false
E
    for host in $HOSTS; do
        mkdir -p "$D/state/$host"
        printf '%s\n' '[DEFAULT]' "host = $host" "state_path = $D/state/$host" \
            "instances_path = $D/state/$host" >"$e/nova/$host.conf"
    done
    clouds >"$D/clouds.yaml"
    chmod 600 "$D/clouds.yaml"
}

clouds() {
    local user
    echo "clouds:"
    for user in demo admin; do
        printf '  %s:\n    region_name: RegionOne\n    interface: public\n    identity_api_version: 3\n' $user
        printf '    auth:\n      auth_url: http://127.0.0.1:5000/v3\n      username: %s\n' $user
        printf '      password: %s\n      project_name: %s\n' $PASSWORD $user
        printf '      user_domain_name: Default\n      project_domain_name: Default\n'
    done
}

as() { # USER: for the real client
    export OS_CLIENT_CONFIG_FILE=$D/clouds.yaml OS_CLOUD=$1
}

# --- first data ------------------------------------------------------------------------------

sql() { mariadb --no-defaults -S "$D/mysql/socket" -u root "$@"; }

make_databases() {
    local name
    for name in $DATABASES; do
        echo "CREATE DATABASE $name CHARACTER SET utf8mb3;"
        echo "GRANT ALL ON $name.* TO os@'127.0.0.1' IDENTIFIED BY '$PASSWORD';"
        echo "GRANT ALL ON $name.* TO os@localhost IDENTIFIED BY '$PASSWORD';"
    done | sql
}

keystone_schema() {
    local manage="keystone-manage --config-file $D/etc/keystone/keystone.conf" url=http://127.0.0.1:5000/v3
    $manage db_sync
    $manage fernet_setup --keystone-user root --keystone-group root
    $manage credential_setup --keystone-user root --keystone-group root
    $manage bootstrap --bootstrap-password $PASSWORD --bootstrap-region-id RegionOne \
        --bootstrap-admin-url $url --bootstrap-internal-url $url --bootstrap-public-url $url
}

nova_manage() { nova-manage --config-file "$D/etc/nova/nova.conf" "$@"; }

nova_schema() {
    nova_manage api_db sync
    nova_manage cell_v2 map_cell0 --database_connection "$(db nova_cell0)"
    nova_manage db sync
    nova_manage cell_v2 create_cell --name cell1
}

image_schemas() {
    glance-manage --config-file "$D/etc/glance/glance-api.conf" db_sync
    placement-manage --config-file "$D/etc/placement/placement.conf" db sync
}

neutron_schema() { neutron-db-manage --config-file "$D/etc/neutron/neutron.conf" upgrade heads; }

make_schemas() { # side by side
    local step pids=() pid
    for step in keystone_schema nova_schema image_schemas neutron_schema; do
        $step >>"$D/log/$step.log" 2>&1 &
        pids+=($!)
    done
    for pid in "${pids[@]}"; do wait "$pid" || die "a schema could not be made: $D/log/*_schema.log"; done
}

token() {
    local body='{"auth":{"identity":{"methods":["password"],"password":{"user":{"name":"admin",
        "domain":{"name":"Default"},"password":"'$PASSWORD'"}}},
        "scope":{"project":{"name":"admin","domain":{"name":"Default"}}}}}'
    curl -sf -D - -o /dev/null -H 'Content-Type: application/json' -d "$body" \
        http://127.0.0.1:5000/v3/auth/tokens | tr -d '\r' | sed -n 's/^X-Subject-Token: //Ip'
}

ask() { # METHOD URL [BODY]: as administrator; a client program for each would take two seconds
    if [ $((SECONDS - ${TOKEN_AT:--99})) -ge 3 ]; then  # tokens may live for seconds only
        TOKEN=$(token)
        TOKEN_AT=$SECONDS
    fi
    curl -sSf -X "$1" -H "X-Auth-Token: $TOKEN" -H 'Content-Type: application/json' ${3:+-d "$3"} "$2"
}

make_identities() {
    local keystone=http://127.0.0.1:5000/v3 admin member serves service demo user
    admin=$(ask GET "$keystone/roles?name=admin" | jq -r '.roles[0].id')
    member=$(ask GET "$keystone/roles?name=member" | jq -r '.roles[0].id')
    # With it, services speak for a user whose token ends while they work.
    serves=$(ask POST $keystone/roles '{"role":{"name":"service"}}' | jq -r .role.id)
    service=$(ask POST $keystone/projects '{"project":{"name":"service","domain_id":"default"}}' | jq -r .project.id)
    demo=$(ask POST $keystone/projects '{"project":{"name":"demo","domain_id":"default"}}' | jq -r .project.id)
    echo "$demo" >"$D/demo_project"
    user=$(make_user demo)
    ask PUT "$keystone/projects/$demo/users/$user/roles/$member"
    make_service nova compute http://127.0.0.1:8774/v2.1
    make_service placement placement http://127.0.0.1:8778
    make_service glance image http://127.0.0.1:9292
    make_service neutron network http://127.0.0.1:9696
}

make_user() { # NAME
    ask POST $keystone/users '{"user":{"name":"'"$1"'","domain_id":"default","password":"'$PASSWORD'"}}' | jq -r .user.id
}

make_service() { # NAME TYPE URL
    local user id interface
    user=$(make_user "$1")
    ask PUT "$keystone/projects/$service/users/$user/roles/$admin"
    ask PUT "$keystone/projects/$service/users/$user/roles/$serves"
    id=$(ask POST $keystone/services '{"service":{"name":"'"$1"'","type":"'"$2"'"}}' | jq -r .service.id)
    for interface in public internal admin; do
        ask POST $keystone/endpoints '{"endpoint":{"interface":"'$interface'","region_id":"RegionOne",
            "service_id":"'"$id"'","url":"'"$3"'"}}' >/dev/null
    done
}

# No agent of Neutron runs: ports bind to what stands in its database.
pretend_agents() {
    local host
    for host in $HOSTS; do
        sql <<E
INSERT INTO neutron.agents (id, agent_type, \`binary\`, topic, host, admin_state_up, created_at, started_at,
    heartbeat_timestamp, configurations, \`load\`, resource_versions)
VALUES (UUID(), 'Open vSwitch agent', 'neutron-openvswitch-agent', 'N/A', '$host', 1, NOW(), NOW(), '2099-01-01',
    '{"bridge_mappings":{},"tunnel_types":[],"datapath_type":"system","ovs_capabilities":{"datapath_types":["system"],"iface_types":[]},"ovs_hybrid_plug":false}', 0, '{}');
E
    done
}

make_network() {
    local neutron=http://127.0.0.1:9696/v2.0 id _
    for _ in 1 2 3 4 5; do ask GET $neutron/networks >/dev/null && break; sleep 1; done
    id=$(ask POST $neutron/networks '{"network":{"name":"private","shared":true}}' | jq -r .network.id)
    ask POST $neutron/subnets '{"subnet":{"network_id":"'"$id"'","name":"private","ip_version":4,"cidr":"10.78.0.0/16",
        "gateway_ip":null,"enable_dhcp":false,"allocation_pools":[{"start":"10.78.1.1","end":"10.78.250.250"}]}}' >/dev/null
}

make_image_and_flavors() {
    local glance=http://127.0.0.1:9292/v2 nova=http://127.0.0.1:8774/v2.1 id
    id=$(ask POST $glance/images '{"name":"debian","disk_format":"raw","container_format":"bare","visibility":"public"}' | jq -r .id)
    TOKEN=$(token)
    head -c 65536 /dev/zero | curl -sSf -X PUT -H "X-Auth-Token: $TOKEN" \
        -H 'Content-Type: application/octet-stream' --data-binary @- "$glance/images/$id/file"
    ask POST $nova/flavors '{"flavor":{"name":"small","ram":512,"vcpus":1,"disk":1,"id":"1"}}' >/dev/null
    ask POST $nova/flavors '{"flavor":{"name":"impossible","ram":2000000,"vcpus":900,"disk":20,"id":"9"}}' >/dev/null
}

set_quota() { # N
    ask PUT "http://127.0.0.1:8774/v2.1/os-quota-sets/$(cat "$D/demo_project")" \
        '{"quota_set":{"instances":'"$1"',"force":true}}' >/dev/null
}

await_hosts() {
    local _
    for _ in $(seq 300); do
        [ "$(sql -N -e 'select count(*) from nova.compute_nodes where deleted = 0')" -lt "$(echo $HOSTS | wc -w)" ] || return 0
        sleep 0.2
    done
    die "no compute host registered"
}

# Only now: the first calls take longer than tokens of seconds live.
shorten_tokens() {
    [ "$TOKEN_TTL" != 3600 ] || return 0
    sed -i "s/^expiration = .*/expiration = $TOKEN_TTL/" "$D/etc/keystone/keystone.conf"
    stop_service keystone
    start_service keystone
    await_service keystone
}

bring_up() {
    local _ service host
    configure_services
    chown -R mysql: "$D/mysql"
    mariadb-install-db --no-defaults --user=mysql --datadir="$D/mysql" --auth-root-authentication-method=normal \
        --skip-test-db >"$D/log/mariadb-install.log" 2>&1
    start_service mariadb
    start_service rabbitmq
    await_service mariadb
    make_databases
    make_schemas
    start_service keystone
    await_service keystone
    for _ in $(seq 50); do TOKEN=$(token) && [ -n "$TOKEN" ] && break; sleep 0.2; done
    make_identities
    for service in placement glance neutron; do start_service $service; done
    await_service rabbitmq
    for service in nova-conductor nova-scheduler nova-api $HOSTS; do start_service "$service"; done
    for service in glance neutron nova-api placement; do await_service $service; done
    pretend_agents
    make_network
    make_image_and_flavors
    await_hosts
    nova_manage cell_v2 discover_hosts >>"$D/log/nova_schema.log" 2>&1
    shorten_tokens
}
