-- The event log and what is now: the schema of <state-dir>/cpe.db, version 1 (PRAGMA user_version).
--
-- docs/event-log.md describes every column. Times are integer milliseconds since the epoch, UTC; an
-- absent value is NULL. New databases are made from this file; older ones are migrated to it
-- (src/store/schema.cpp), and a test holds the two equal.

-- The event log: what happened. Rows are only added, and removed by retention.

CREATE TABLE events (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,  -- grows strictly, never used twice
    at         INTEGER NOT NULL,
    tenant     TEXT NOT NULL,
    deployable TEXT NOT NULL,
    assembly   TEXT,
    service    TEXT,
    kind       TEXT NOT NULL,
    state      TEXT,     -- the new state, where a state changed
    reason     TEXT,     -- the cause, for people
    transition INTEGER,  -- transitions.id
    detail     TEXT      -- a JSON object
) STRICT;
CREATE INDEX events_by_time ON events (at);
CREATE INDEX events_by_deployable ON events (tenant, deployable);  -- then by id: the rowid

CREATE TABLE actions (
    id          INTEGER PRIMARY KEY,
    at          INTEGER NOT NULL,
    finished_at INTEGER,
    tenant      TEXT NOT NULL,
    deployable  TEXT NOT NULL,
    transition  INTEGER,
    assembly    TEXT,
    service     TEXT,
    resource    TEXT,
    operation   TEXT,
    interval_ms INTEGER NOT NULL,
    rc          INTEGER,
    expected_rc INTEGER,
    status      TEXT NOT NULL  -- pending, complete, failed, timed_out, cancelled, lost
) STRICT;
CREATE INDEX actions_by_time ON actions (at);
CREATE INDEX actions_by_deployable ON actions (tenant, deployable);
CREATE INDEX actions_by_transition ON actions (transition);
CREATE INDEX actions_under_way ON actions (tenant, deployable) WHERE status = 'pending';

CREATE TABLE transitions (
    id          INTEGER PRIMARY KEY,
    at          INTEGER NOT NULL,
    finished_at INTEGER,
    tenant      TEXT NOT NULL,
    deployable  TEXT NOT NULL,
    cause       TEXT,
    status      TEXT NOT NULL,  -- running, complete, aborted, failed
    actions     INTEGER NOT NULL,
    input       BLOB,  -- gzip of the CIB that the scheduler was given
    library     TEXT   -- the scheduler that was given it: "pacemaker 2.1.5"
) STRICT;
CREATE INDEX transitions_by_time ON transitions (at);
CREATE INDEX transitions_by_deployable ON transitions (tenant, deployable);
CREATE INDEX transitions_under_way ON transitions (tenant, deployable) WHERE status = 'running';

-- Private to cped. A row of documents is what makes a deployable exist: all that is now hangs on it.

CREATE TABLE documents (
    tenant     TEXT NOT NULL,
    deployable TEXT NOT NULL,
    document   TEXT NOT NULL,
    PRIMARY KEY (tenant, deployable)
) STRICT;

CREATE TABLE desired (
    tenant     TEXT NOT NULL,
    deployable TEXT NOT NULL,
    wanted     INTEGER NOT NULL DEFAULT 0,  -- 1: should run
    deleting   INTEGER NOT NULL DEFAULT 0,  -- 1: delete was asked for
    PRIMARY KEY (tenant, deployable),
    FOREIGN KEY (tenant, deployable) REFERENCES documents ON DELETE CASCADE
) STRICT;

CREATE TABLE memory (
    tenant     TEXT NOT NULL,
    deployable TEXT NOT NULL,
    key        TEXT NOT NULL,
    value      TEXT NOT NULL,  -- JSON of the DPE's own making
    PRIMARY KEY (tenant, deployable, key),
    FOREIGN KEY (tenant, deployable) REFERENCES documents ON DELETE CASCADE
) STRICT;

CREATE TABLE counters (  -- the greatest ids that retention has removed: ids are never used twice
    name  TEXT PRIMARY KEY,  -- transitions, actions
    value INTEGER NOT NULL
) STRICT;

CREATE TABLE loaded_files (  -- documents that the configuration names, as they were last loaded
    path TEXT PRIMARY KEY,
    hash TEXT NOT NULL
) STRICT;

-- What is now: one row each, replaced as things change.

CREATE TABLE deployables (
    tenant     TEXT NOT NULL,
    name       TEXT NOT NULL,
    deployable TEXT AS (name),  -- the same, so that it joins with the other tables by one name
    uuid       TEXT,
    state      TEXT NOT NULL,
    since      INTEGER NOT NULL,
    transition INTEGER,  -- the one that runs
    memory     INTEGER NOT NULL,
    PRIMARY KEY (tenant, name),
    FOREIGN KEY (tenant, name) REFERENCES documents ON DELETE CASCADE
) STRICT;

CREATE TABLE assemblies (
    tenant         TEXT NOT NULL,
    deployable     TEXT NOT NULL,
    name           TEXT NOT NULL,
    uuid           TEXT,
    state          TEXT NOT NULL,
    since          INTEGER NOT NULL,
    address        TEXT,
    provider       TEXT,
    channel        TEXT,
    instance       TEXT,
    instance_state TEXT NOT NULL,
    heartbeat      INTEGER,
    reason         TEXT,
    PRIMARY KEY (tenant, deployable, name),
    FOREIGN KEY (tenant, deployable) REFERENCES documents ON DELETE CASCADE
) STRICT;

CREATE TABLE services (
    tenant       TEXT NOT NULL,
    deployable   TEXT NOT NULL,
    name         TEXT NOT NULL,
    resource     TEXT NOT NULL,
    state        TEXT NOT NULL,
    since        INTEGER NOT NULL,
    last_checked INTEGER,
    assemblies   TEXT NOT NULL,  -- a JSON array of names
    failures     INTEGER NOT NULL,
    PRIMARY KEY (tenant, deployable, resource),
    FOREIGN KEY (tenant, deployable) REFERENCES documents ON DELETE CASCADE
) STRICT;
