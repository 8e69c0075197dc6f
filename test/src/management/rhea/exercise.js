// Management and events as a rhea user sees them. Usage: node exercise.js SOCKET [USER]
// Exits 0 when all was as it should be; says what was not otherwise.
'use strict';
const assert = require('assert');
const net = require('net');
const rhea = require('rhea');

const [socket, user] = process.argv.slice(2);
const DEPLOYABLE = 'org.pacemakercloud.deployable';
const DOCUMENT = '<deployable name="rheas"/>';
const deadline = setTimeout(() => fail(new Error('no end within 30 s')), 30000);

function fail(error) {
    console.error(error.stack || String(error));
    process.exit(1);
}
process.on('unhandledRejection', fail);

function open() {
    const options = {
        connect: (port, host, opts, connected) => net.connect(socket, connected),
        reconnect: false,
        container_id: 'rhea-exercise',
    };
    if (user) Object.assign(options, { username: user, password: 'ignored' });
    const connection = rhea.create_container().connect(options);
    connection.on('disconnected', () => fail(new Error('disconnected')));
    connection.on('connection_error', (context) => fail(context.connection.error));
    return connection;
}

// Requests by a dynamic reply address; every other one is correlated by message-id only.
function management(connection) {
    return new Promise((resolve) => {
        const waiting = new Map();
        let next = 1;
        const replies = connection.open_receiver({ source: { dynamic: true } });
        replies.on('message', (context) => {
            const message = context.message;
            waiting.get(String(message.correlation_id))(message);
            waiting.delete(String(message.correlation_id));
        });
        replies.on('receiver_open', () => {
            const sender = connection.open_sender('$management');
            const ask = (operation, type, properties, body) => new Promise((answered) => {
                const id = next++;
                waiting.set(String(id), answered);
                const correlation = id % 2 ? { correlation_id: String(id) } : { message_id: id };
                sender.send({
                    ...correlation,
                    reply_to: replies.source.address,
                    application_properties: { operation, type, ...properties },
                    body,
                });
            });
            sender.once('sendable', () => resolve(ask));
        });
    });
}

// Resolves once attached, to a promise of the first `count` events.
function subscribe(connection, filter, count) {
    return new Promise((attached) => {
        const seen = [];
        const receiver = connection.open_receiver({ source: { address: 'events', filter } });
        const heard = new Promise((all) => {
            receiver.on('message', (context) => {
                seen.push(context.message);
                if (seen.length === count) all(seen);
            });
        });
        receiver.on('receiver_open', () => attached({ heard }));
    });
}

function status(message) {
    return message.application_properties.statusCode;
}

async function exercise() {
    const connection = open();
    const ask = await management(connection);
    const kind = { 'org.pacemakercloud:kind': 'deployable_state_change' };
    const live = await subscribe(connection, kind, 4);

    const created = await ask('CREATE', DEPLOYABLE, {}, { document: DOCUMENT, start: false });
    assert.strictEqual(status(created), 201);
    assert.strictEqual(created.body.name, 'rheas');
    const again = await ask('CREATE', DEPLOYABLE, {}, { document: DOCUMENT });
    assert.strictEqual(status(again), 409);
    assert.match(again.application_properties.statusDescription, /rheas/);
    assert.strictEqual(status(await ask('START', DEPLOYABLE, { name: 'rheas' })), 200);
    assert.strictEqual(status(await ask('STOP', DEPLOYABLE, { name: 'rheas' })), 200);

    const query = await ask('QUERY', 'org.amqp.management', { name: 'self', entityType: DEPLOYABLE },
                            { attributeNames: ['name', 'state'] });
    assert.strictEqual(status(query), 200);
    assert.strictEqual(query.application_properties.count, 1);
    assert.deepStrictEqual(query.body.results, [['rheas', 'stopping']]);
    const table = await ask('SQL', 'org.pacemakercloud.cpe', {}, { query: 'select 1' });
    assert.deepStrictEqual(table.body.columns, ['id', 'kind', 'ratio', 'nothing', 'blob']);
    assert.strictEqual(table.body.rows[1][1], 'kind1');
    const old = await ask('deployable_start', undefined, {}, { name: 'rheas' });
    assert.strictEqual(old.body.rc, 0);
    const reloaded = await ask('RELOAD', DEPLOYABLE, { name: 'rheas' }, { document: DOCUMENT });
    assert.strictEqual(status(reloaded), 200);
    assert.strictEqual(reloaded.body.name, 'rheas');
    const kept = await ask('UPDATE', DEPLOYABLE, { name: 'rheas' }, { maintenance: true });
    assert.strictEqual(status(kept), 200);
    assert.strictEqual(kept.body.maintenance, false); // this cped only takes it down
    const odd = await ask('UPDATE', DEPLOYABLE, { name: 'rheas' }, { maintenance: true, odd: 1 });
    assert.strictEqual(status(odd), 400);
    assert.match(odd.application_properties.statusDescription, /odd/);
    assert.strictEqual(status(await ask('RELEASE', DEPLOYABLE, { name: 'rheas' })), 200);
    assert.strictEqual(status(await ask('FAULT', undefined, { name: 'rheas' }, { fault: 'x' })), 400);
    assert.strictEqual(
        status(await ask('RESTART', 'org.pacemakercloud.assembly', { name: 'rheas/none' })), 404);
    const offered = await ask('GET-OPERATIONS', 'org.amqp.management', { name: 'self' });
    assert.deepStrictEqual(offered.body['org.pacemakercloud.service'], { READ: [], RETRY: [] });
    const gone = await ask('deployable_reload', undefined, {}, { name: 'rheas' });
    assert.strictEqual(gone.body.rc, 22);
    assert.strictEqual(status(await ask('READ', DEPLOYABLE, { name: 'none' })), 404);

    const heard = await live.heard;
    assert.deepStrictEqual(heard.map((m) => m.body.state), 
                           ['stopped', 'starting', 'stopping', 'starting']);
    assert.strictEqual(heard[0].subject, 'deployable_state_change');
    assert.ok(heard[0].body.at instanceof Date || typeof heard[0].body.at === 'number');
    const first = Number(heard[0].body.id);
    const since = rhea.types.wrap_described(first, 'org.pacemakercloud:since');
    const replay = await subscribe(connection, { 'org.pacemakercloud:since': since }, 3);
    const replayed = await replay.heard;
    assert.deepStrictEqual(replayed.map((m) => Number(m.body.id)), [first + 1, first + 2, first + 3]);

    assert.strictEqual(status(await ask('DELETE', DEPLOYABLE, { name: 'rheas' })), 204);
    connection.removeAllListeners('disconnected');
    connection.on('connection_close', () => process.exit(0));
    connection.close();
    clearTimeout(deadline);
}
exercise().catch(fail);
