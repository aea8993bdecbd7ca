-- Changes that arrived too late, or could not be checked: stored as they came,
-- handed to nobody, shown to the leads who may read the case. They admit each
-- of them into the log, or discard it.
create table quarantine (
    -- In the order in which they came: what builds on another comes after it.
    number        integer primary key,

    -- SHA-256 of the envelope's body. A discarded change keeps its row, so that
    -- it does not lie here again when somebody else brings it.
    change_id     blob    not null unique check (length(change_id) = 32),

    -- May not have been born: its first change may lie here too.
    document_id   blob    not null check (length(document_id) = 16),
    device_id     blob    not null references device (device_id),

    -- The number of `wire.v1.Kind`.
    kind          integer not null check (kind between 1 and 5),

    -- The number of `wire.v1.QuarantineLine.Cause`.
    cause         integer not null check (cause between 1 and 5),
    received_at   integer not null,

    -- How big the envelope is.
    size          integer not null check (size > 0),

    -- Null: still to be decided.
    discarded_at  integer,

    -- An encoded `wire.v1.Envelope`, sealed; gone once it was discarded.
    sealed        blob,

    check ((sealed is null) = (discarded_at is not null))
) strict;

-- "How much of this device lies here?"
create index quarantine_of_device on quarantine (device_id, discarded_at);

-- A device that signed two different changes under one number: nothing more of
-- it is kept until a lead admits what it sent, or revokes it. Null: not frozen.
alter table device add column frozen_at integer;

-- When a revoked device said, signed, that it had emptied itself. Null: never.
alter table device add column wiped_at integer;
