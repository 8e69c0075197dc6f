"""Nova's virt driver of test/lab/openstack: an instance is one run of the program `machine`.

While the program runs the instance is powered on; when it ends by itself the instance is off, and
nova finds out by its own power sync. Power off gives it SIGTERM, then SIGKILL; hard reboot and
destroy give SIGKILL. Whatever nova knows of an instance stands in <dir>/machine.json, its user data
in <dir>/user_data. All hosts share one folder, so that an instance's machine outlives its host's
nova-compute, as a real one does.
"""
import base64
import json
import os
import shutil
import signal
import subprocess
import time

from nova.compute import power_state
from nova import exception
from nova.virt import fake
from nova.virt import hardware

MACHINES = os.path.join(os.environ['OPENSTACKLAB_DIR'], 'machines')
PROGRAM = os.environ['OPENSTACKLAB_MACHINE']
GRACE = 5.0  # seconds from SIGTERM to SIGKILL


def folder(uuid):
    return os.path.join(MACHINES, uuid)


def read_int(*path):
    try:
        with open(os.path.join(*path)) as file:
            return int(file.read())
    except (OSError, ValueError):
        return None


def runs(pid):
    """A zombie does not: its parent is us, and reaps it."""
    if pid is None:
        return False
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        pass
    try:
        os.kill(pid, 0)
        return True
    except ProcessLookupError:
        return False


def signal_all(uuid, number):
    """The machine's first process takes all others with it; the program follows."""
    for pid in (read_int(folder(uuid), 'init'), read_int(folder(uuid), 'program')):
        try:
            if pid is not None:
                os.kill(pid, number)
        except ProcessLookupError:
            pass


class LabDriver(fake.FakeDriver):

    def init_host(self, host):
        super().init_host(host)
        for uuid in os.listdir(MACHINES):  # what a nova-compute before us left
            try:
                with open(os.path.join(folder(uuid), 'machine.json')) as file:
                    known = json.load(file)
            except (OSError, ValueError):
                continue
            if known['host'] == host:
                self.instances[uuid] = fake.FakeInstance(known['name'], power_state.RUNNING, uuid)

    def _boot(self, instance, network_info):
        path = folder(instance.uuid)
        os.makedirs(path, exist_ok=True)
        if network_info is not None:
            vif = network_info[0] if network_info else None
            known = {'uuid': instance.uuid, 'name': instance.display_name, 'host': self._host,
                     'address': vif.fixed_ips()[0]['address'] if vif else '',
                     'mac': vif['address'] if vif else '', 'key': instance.key_data}
            with open(os.path.join(path, 'machine.json'), 'w') as file:
                json.dump(known, file)
        if instance.user_data:
            with open(os.path.join(path, 'user_data'), 'wb') as file:
                file.write(base64.b64decode(instance.user_data))
        with open(os.path.join(path, 'console.log'), 'ab') as console:
            started = subprocess.Popen([PROGRAM, path], cwd='/', stdin=subprocess.DEVNULL,
                                       stdout=console, stderr=console, start_new_session=True)
        with open(os.path.join(path, 'program'), 'w') as file:
            file.write(str(started.pid))

    def _halt(self, uuid, hard):
        program = read_int(folder(uuid), 'program')
        if not hard:
            signal_all(uuid, signal.SIGTERM)
            limit = time.monotonic() + GRACE
            while runs(program) and time.monotonic() < limit:
                time.sleep(0.02)
        while runs(program):
            signal_all(uuid, signal.SIGKILL)
            time.sleep(0.02)

    def spawn(self, context, instance, image_meta, injected_files, admin_password, allocations,
              network_info=None, block_device_info=None, power_on=True, accel_info=None):
        super().spawn(context, instance, image_meta, injected_files, admin_password, allocations,
                      network_info, block_device_info, power_on, accel_info)
        if power_on:
            self._boot(instance, network_info)

    def reboot(self, context, instance, network_info, reboot_type, block_device_info=None,
               bad_volumes_callback=None, accel_info=None):
        self._halt(instance.uuid, reboot_type == 'HARD')
        self.instances[instance.uuid].state = power_state.RUNNING
        self._boot(instance, network_info)

    def power_off(self, instance, timeout=0, retry_interval=0):
        self._halt(instance.uuid, timeout == 0)
        super().power_off(instance, timeout, retry_interval)

    def power_on(self, context, instance, network_info, block_device_info=None, accel_info=None):
        super().power_on(context, instance, network_info, block_device_info, accel_info)
        self._boot(instance, network_info)

    def _freeze(self, instance, number, state):
        init = read_int(folder(instance.uuid), 'init')
        subprocess.call(['nsenter', '-t', str(init), '-p', '-m', '/bin/sh', '-c',
                         'kill -%d -1' % number])
        self.instances[instance.uuid].state = state

    def pause(self, instance):
        self._freeze(instance, signal.SIGSTOP, power_state.PAUSED)

    def unpause(self, instance):
        self._freeze(instance, signal.SIGCONT, power_state.RUNNING)

    def suspend(self, context, instance):
        self._freeze(instance, signal.SIGSTOP, power_state.SUSPENDED)

    def resume(self, context, instance, network_info, block_device_info=None, share_info=None):
        self._freeze(instance, signal.SIGCONT, power_state.RUNNING)

    def destroy(self, context, instance, network_info, block_device_info=None, destroy_disks=True,
                destroy_secrets=True):
        self._halt(instance.uuid, True)
        super().destroy(context, instance, network_info, block_device_info, destroy_disks,
                        destroy_secrets)
        if destroy_disks:
            shutil.rmtree(folder(instance.uuid), ignore_errors=True)

    def get_info(self, instance, use_cache=True):
        known = self.instances.get(instance.uuid)
        if known is None:
            raise exception.InstanceNotFound(instance_id=instance.uuid)
        if known.state == power_state.RUNNING and not runs(read_int(folder(instance.uuid), 'program')):
            known.state = power_state.SHUTDOWN
        return hardware.InstanceInfo(state=known.state)

    def get_console_output(self, context, instance):
        with open(os.path.join(folder(instance.uuid), 'console.log'), 'rb') as console:
            return console.read()

    def instance_on_disk(self, instance):
        return os.path.isdir(folder(instance.uuid))
