-- What everybody's devices know of a document before its first byte is handed
-- to anyone. The words inside live in the log only.
create table document (
    document_id   blob    primary key check (length(document_id) = 16),

    -- The number of `wire.v1.Kind`.
    kind          integer not null check (kind between 1 and 5),

    -- The case that an identity or chair document belongs to.
    parent        blob    check (length(parent) = 16),

    -- Whoever's device sent the first change.
    author        blob    not null references staff (staff_id),

    -- The number of `wire.v1.Restricted`.
    restricted    integer not null check (restricted between 0 and 3),
    born_at       integer not null
) strict, without rowid;

-- The log: every change that was ever kept, byte for byte as its device signed
-- it. Everything that is shown is read out of this and can be made again.
create table change (
    -- The event's next number. Shared with `turn`.
    seq           integer primary key check (seq > 0),

    document_id   blob    not null references document (document_id),
    device_id     blob    not null references device (device_id),

    -- SHA-256 of the envelope's body: who sends the same again gets the same answer.
    change_id     blob    not null unique check (length(change_id) = 32),

    -- Automerge's own name for the change; others build on it.
    hash          blob    not null check (length(hash) = 32),

    -- Whose it is inside the document, its number there, and its span of operations.
    actor         blob    not null check (length(actor) = 16),
    actor_seq     integer not null check (actor_seq > 0),
    start_op      integer not null check (start_op > 0),
    max_op        integer not null check (max_op >= start_op),

    received_at   integer not null,

    -- An encoded `wire.v1.Envelope`. Last, so that a reader who may not see it
    -- never touches it.
    envelope      blob    not null check (length(envelope) <= 307200),

    unique (document_id, hash),
    unique (document_id, actor, actor_seq)
) strict;

-- "Everything in this document, in order."
create index change_of_document on change (document_id, seq);

-- "How much did this device send in the last hour?"
create index change_of_device on change (device_id, received_at);

-- Who was let into a document beside those whose role lets them in.
create table document_grant (
    document_id   blob    not null references document (document_id),
    staff_id      blob    not null references staff (staff_id),

    -- The number of `wire.v1.Level`, never NONE: a withdrawn grant has an end.
    level         integer not null check (level between 1 and 3),

    starts_at     integer not null,
    ends_at       integer not null check (ends_at >= starts_at),
    granted_by    blob    not null references staff (staff_id),

    -- 1: its end was noticed, and the devices concerned were told.
    over          integer not null default 0 check (over in (0, 1)),

    -- One line for each grant ever given: who could read what, and when.
    primary key (document_id, staff_id, starts_at)
) strict, without rowid;

-- "Which cases may Noor read?" and "which grants end now?"
create index grant_of_staff on document_grant (staff_id, over, ends_at);

-- Who must not learn that a document exists. Beats every other rule.
create table exclusion (
    -- May name a document before its first change arrives.
    document_id   blob    not null check (length(document_id) = 16),
    staff_id      blob    not null check (length(staff_id) = 16),

    -- Null: it came with the birth of the document, signed by the author's device.
    excluded_by   blob    references staff (staff_id),
    since         integer not null,
    primary key (document_id, staff_id)
) strict, without rowid;

-- A moment in the log at which somebody could suddenly read a document, or no
-- longer. A device that comes past one gets the whole document, or is told to
-- forget it; the changes before it are not delivered one by one.
create table turn (
    -- The event's next number. Shared with `change`.
    seq           integer primary key check (seq > 0),
    document_id   blob    not null references document (document_id),
    staff_id      blob    not null references staff (staff_id)
) strict;

-- "What turned for Noor since her phone was last here?" and "is there a later turn?"
create index turn_of_staff on turn (staff_id, document_id, seq);
