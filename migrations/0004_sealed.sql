-- What people wrote is sealed from here on: see `docs/KEYS.md`. A `sealed`
-- column holds bytes that open with a key from the keyring, in this row of this
-- table and nowhere else. Ids, sizes (in steps) and times stay readable.
--
-- The tables that held it readable are made anew. The program runs this step
-- over an empty database only; it refuses a folder that holds anything.
drop table change;
drop table document;
drop table device;
drop table staff_role;
drop table staff;
drop table event;

-- The event that this folder of data belongs to. One folder, one event, so
-- that a folder can be handed over, kept or destroyed as a whole.
create table event (
    only_one      integer primary key check (only_one = 1),

    event_id      blob    not null check (length(event_id) = 16),

    -- Name, time zone, the event pack as devices get it and its SHA-256.
    sealed        blob    not null check (length(sealed) between 1 and 270336),

    -- Milliseconds since 1970, UTC, like every moment in this database.
    starts_at     integer not null,
    ends_at       integer not null check (ends_at > starts_at),
    made_at       integer not null,

    -- Names the life of the log. New after a restore, so that devices offer
    -- again everything they still hold.
    epoch         blob    not null check (length(epoch) = 16),

    -- The last number that was given to a line of the log. Counted here and not
    -- by a `max()`, so that an erased line's number is never given again.
    last_seq      integer not null default 0 check (last_seq >= 0)
) strict;

-- Somebody who works for the event. Who that is, and as what, is sealed: the
-- ids in other tables mean nothing to whoever has only the disk.
create table staff (
    staff_id      blob    primary key check (length(staff_id) = 16),

    -- Name, badge label, phone, what their devices are called by, roles.
    sealed        blob    not null check (length(sealed) between 1 and 4096),
    joined_at     integer not null
) strict, without rowid;

-- A phone or a browser that somebody signed in on.
--
-- Revoking a device is final: the row stays, so that a lost phone that comes
-- back online is recognised and turned away.
create table device (
    -- The first 16 bytes of SHA-256("safehall/device/v1\0" || signing_key).
    device_id     blob    primary key check (length(device_id) = 16),
    staff_id      blob    not null references staff (staff_id),

    -- What it is called ("N1"), and the four words to compare.
    sealed        blob    not null check (length(sealed) between 1 and 4096),

    state         text    not null check (state in ('pending', 'active', 'revoked')),

    -- Uncompressed P-256 points. The private halves never leave the device.
    signing_key   blob    not null unique check (length(signing_key) = 65),
    agreement_key blob    not null check (length(agreement_key) = 65),

    app_version   text    not null check (length(app_version) <= 32),
    enrolled_at   integer not null,

    -- Null: pending, or let in without words.
    confirmed_at  integer,
    confirmed_by  blob    references staff (staff_id),

    revoked_at    integer,
    revoked_by    blob    references staff (staff_id),

    -- Null: never. How many changes it held alone when it was last heard.
    last_seen     integer,
    unsent        integer not null default 0 check (unsent >= 0),

    check ((confirmed_at is null) = (confirmed_by is null)),
    check ((revoked_at is not null) = (state = 'revoked'))
) strict, without rowid;

-- "Which devices does Noor have?"
create index device_of_staff on device (staff_id);

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

    -- How it is restricted, under the document's own key.
    sealed        blob    not null check (length(sealed) between 1 and 4096),
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

    -- An encoded `wire.v1.Envelope` under the document's key. Last, so that a
    -- reader who may not see it never touches it.
    sealed        blob    not null check (length(sealed) between 1 and 315392),

    unique (document_id, hash),
    unique (document_id, actor, actor_seq)
) strict;

-- "Everything in this document, in order."
create index change_of_document on change (document_id, seq);

-- "How much did this device send in the last hour?"
create index change_of_device on change (device_id, received_at);
