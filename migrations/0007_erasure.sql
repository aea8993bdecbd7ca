-- A case that a lead wants erased, from the wish until nothing of it is left:
-- what a crash interrupts is finished at the next start.
create table erasure (
    document_id   blob    primary key check (length(document_id) = 16),
    asked_by      blob    not null references staff (staff_id),
    asked_at      integer not null,

    -- The reason as it was typed, under the event's key.
    sealed        blob    not null check (length(sealed) between 1 and 4096)
) strict, without rowid;

-- Which devices may still hold what was erased. A line goes when the device
-- says that it dropped its copy. Nothing else of an erased document is left.
create table erased_copy (
    device_id     blob    not null references device (device_id),
    document_id   blob    not null check (length(document_id) = 16),
    primary key (device_id, document_id)
) strict, without rowid;
