-- What happened, who did it, and who was given what. Rows are added and never
-- changed; each holds the hash of the one before. `docs/LEDGER.md` tells what
-- is noted, and how the chain is checked.
create table ledger (
    -- Without a gap. Devices never see it: it would count what they may not know of.
    number        integer primary key check (number > 0),
    at            integer not null,

    -- A code that `docs/LEDGER.md` lists.
    what          text    not null check (length(what) between 1 and 40),

    -- Who did it. Both null: the server itself, or its terminal.
    staff_id      blob    check (length(staff_id) = 16),
    device_id     blob    check (length(device_id) = 16),

    -- Which device it was done to, if any.
    about_device  blob    check (length(about_device) = 16),

    -- Stands for the case that it concerns, without naming it. Null: the event.
    subject       blob    check (length(subject) = 16),

    -- Which document and person, what was counted or typed: sealed under the
    -- key of the case or of the event.
    payload       blob    not null check (length(payload) <= 4096),

    -- SHA-256 over everything else in the row and the hash of the row before.
    prev_hash     blob    not null check (length(prev_hash) = 32),
    hash          blob    not null check (length(hash) = 32)
) strict;

-- "Everything about this case", and "how many entries has the event?"
create index ledger_of_subject on ledger (subject, number);

-- "When was a way in for a lead made on the terminal?" Every device asks.
create index ledger_of_recoveries on ledger (at) where what = 'lead_recovered';

-- Also keeps `insert or replace` from changing an entry.
create trigger ledger_only_grows before insert on ledger
when new.number <> (select coalesce(max(number), 0) + 1 from ledger)
begin select raise(abort, 'the ledger is only added to'); end;

create trigger ledger_is_never_changed before update on ledger
begin select raise(abort, 'the ledger is only added to'); end;

create trigger ledger_is_never_cut before delete on ledger
begin select raise(abort, 'the ledger is only added to'); end;

-- Made every few minutes, whether something happened or not, and chained to
-- each other: what leads' devices keep, so that nobody takes the ledger back
-- behind one of them unseen.
create table ledger_seal (
    -- How many there are with this one.
    size          integer primary key check (size > 0),
    at            integer not null,

    -- The last entry that it covers; 0: there was none.
    number        integer not null check (number >= 0),

    -- Hides from those who hold the seal whether the ledger has grown.
    nonce         blob    not null check (length(nonce) = 32),

    -- SHA-256 over the seal before and what this one covers.
    head          blob    not null check (length(head) = 32)
) strict;

create trigger ledger_seal_only_grows before insert on ledger_seal
when new.size <> (select coalesce(max(size), 0) + 1 from ledger_seal)
begin select raise(abort, 'the ledger is only added to'); end;

create trigger ledger_seal_is_never_changed before update on ledger_seal
begin select raise(abort, 'the ledger is only added to'); end;

create trigger ledger_seal_is_never_cut before delete on ledger_seal
begin select raise(abort, 'the ledger is only added to'); end;

-- Which documents a device was given and did not say it dropped: so that the
-- first time is noted, and no other. Read out of the ledger it would be the same.
create table held (
    device_id     blob    not null references device (device_id),
    document_id   blob    not null check (length(document_id) = 16),
    primary key (device_id, document_id)
) strict, without rowid;
