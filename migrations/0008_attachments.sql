-- What is attached to cases: photos and papers, apart from the log, since what
-- is written must never wait for a photo. Each belongs to the device that sends
-- it; nobody learns from what they send what somebody else sent.
create table attachment (
    number        integer primary key,
    document_id   blob    not null references document (document_id),
    device_id     blob    not null references device (device_id),

    -- Stands for the SHA-256 of its bytes, under the document's key: whoever has
    -- the disk and a photo cannot tell whether it is this one.
    name          blob    not null check (length(name) = 32),

    -- How many chunks of 256 KiB it has; the last may be shorter.
    chunks        integer not null check (chunks between 1 and 40),

    -- When it was begun or its last chunk came, by the server's clock.
    touched_at    integer not null,

    -- When all of it was here and was what it was announced as. Null: not yet,
    -- and nobody is given anything of it.
    completed_at  integer,

    -- An encoded `wire.v1.BlobBegin`: size and hashes.
    sealed        blob    not null check (length(sealed) between 1 and 4096),

    unique (document_id, name, device_id)
) strict;

-- "How much does this case hold, and how much all of them?"
create index attachment_of_case on attachment (document_id, chunks);

-- "What was begun and not gone on with?"
create index attachment_on_its_way on attachment (touched_at) where completed_at is null;

create table attachment_chunk (
    attachment    integer not null references attachment (number),
    place         integer not null check (place between 0 and 39),

    -- Again, so that whatever names a case can be found and removed with it.
    document_id   blob    not null check (length(document_id) = 16),

    -- Its bytes under the document's key, bound to the attachment and the place.
    sealed        blob    not null check (length(sealed) between 1 and 270336),

    primary key (attachment, place)
) strict;

-- Who got it: the ledger is told once for each person.
create table attachment_reader (
    attachment    integer not null references attachment (number),
    staff_id      blob    not null references staff (staff_id),
    document_id   blob    not null check (length(document_id) = 16),
    primary key (attachment, staff_id)
) strict, without rowid;

-- How much a device sent in an hour, whatever became of it.
create table attachment_sent (
    device_id     blob    primary key references device (device_id),
    hour          integer not null,
    bytes         integer not null check (bytes >= 0)
) strict, without rowid;
