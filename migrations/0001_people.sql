-- The event that this folder of data belongs to. One folder, one event, so
-- that a folder can be handed over, kept or destroyed as a whole.
create table event (
    only_one      integer primary key check (only_one = 1),

    event_id      blob    not null check (length(event_id) = 16),
    name          text    not null check (length(name) between 1 and 120),

    -- The event pack as devices get it, an encoded `wire.v1.Pack`, and its SHA-256.
    pack          blob    not null check (length(pack) between 1 and 262144),
    pack_hash     blob    not null check (length(pack_hash) = 32),

    -- IANA name. For people who read cases in the terminal; moments are stored in UTC.
    time_zone     text    not null,

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

-- Somebody who works for the event.
create table staff (
    staff_id      blob    primary key check (length(staff_id) = 16),
    name          text    not null check (length(name) between 1 and 60),
    badge_label   text    not null default '' check (length(badge_label) <= 20),
    phone         text    not null default '' check (length(phone) <= 30),
    -- What their devices are called by: "N" for "N1" and "N2".
    device_letter text    not null check (length(device_letter) between 1 and 4),
    joined_at     integer not null
) strict, without rowid;

-- What a staff member may be asked to do. A person may hold several roles.
create table staff_role (
    staff_id      blob    not null references staff (staff_id),

    -- The number of `wire.v1.Role`.
    role          integer not null check (role between 1 and 6),
    primary key (staff_id, role)
) strict, without rowid;

-- A way in for one person on one device, used once.
create table invite (
    -- SHA-256 of the secret. The secret itself is said once and never stored.
    invite_hash   blob    primary key check (length(invite_hash) = 32),
    staff_id      blob    not null references staff (staff_id),

    -- Null: made on the server's own terminal.
    made_by       blob    references staff (staff_id),
    made_at       integer not null,
    ends_at       integer not null check (ends_at > made_at),

    -- 1: the device waits until the inviter has compared the four words.
    needs_words   integer not null check (needs_words in (0, 1)),

    -- Both null: not used yet.
    used_at       integer,
    used_by       blob    references device (device_id),
    check ((used_at is null) = (used_by is null))
) strict, without rowid;

-- A phone or a browser that somebody signed in on.
--
-- Revoking a device is final: the row stays, so that a lost phone that comes
-- back online is recognised and turned away.
create table device (
    -- The first 16 bytes of SHA-256("safehall/device/v1\0" || signing_key).
    device_id     blob    primary key check (length(device_id) = 16),
    staff_id      blob    not null references staff (staff_id),

    -- Short, for people: "N1".
    label         text    not null check (length(label) between 1 and 12),

    state         text    not null check (state in ('pending', 'active', 'revoked')),

    -- Uncompressed P-256 points. The private halves never leave the device.
    signing_key   blob    not null unique check (length(signing_key) = 65),
    agreement_key blob    not null check (length(agreement_key) = 65),

    -- The four words to compare, separated by one blank.
    words         text    not null,
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
