-- Since when the event takes reports; null: not yet. It opens once two leads
-- have let-in devices at the same time, and is never closed again by itself.
alter table event add column opened_at integer;

-- Where the event's time stood when everybody was last told: 0 before staff may
-- read, 1 while they may, 2 afterwards.
alter table event add column told integer not null default 1 check (told between 0 and 2);

-- 1: a lead took it back before its end. What was written under it may not
-- arrive late either.
alter table document_grant add column withdrawn integer not null default 0 check (withdrawn in (0, 1));

-- From when until when somebody is on the team. No row: the whole event.
create table staff_term (
    staff_id      blob    primary key references staff (staff_id),

    -- Null: from the beginning, and to the end of the event.
    starts_at     integer,
    ends_at       integer,
    set_by        blob    not null references staff (staff_id),
    set_at        integer not null,

    -- What their devices were last told: 0 not on the team yet, 1 on it, 2 over.
    told          integer not null check (told between 0 and 2),
    check (starts_at is null or ends_at is null or starts_at < ends_at)
) strict, without rowid;

-- A lead's word for letting somebody near a case again. Lifting the exclusion
-- of a lead takes two. No document is referenced: a lead who is kept away may
-- give a word for herself, and learns nothing about whether there is a case.
create table lift_word (
    document_id   blob    not null check (length(document_id) = 16),
    staff_id      blob    not null references staff (staff_id),
    said_by       blob    not null references staff (staff_id),
    said_at       integer not null,
    primary key (document_id, staff_id, said_by)
) strict, without rowid;

-- "Which words of this lead are the oldest?"
create index lift_word_of on lift_word (said_by, said_at);
