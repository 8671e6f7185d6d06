-- +goose Up
-- How far a request has been carried out, whomever it goes to. A broadcast keeps what it
-- knows of its audience.
create table sending (
    request bigint primary key references request (n),
    phase text not null,
    calls bigint not null default 0,
    resumed_at bigint not null default 0,
    begin_at bigint not null default 0,
    begun_at bigint not null default 0,
    remaining_as text not null default '',
    remaining_why text not null default '',
    hold_why text not null default '',
    hold_until bigint not null default 0,
    sending bigint not null default 0,
    done bigint not null default 0,
    failed bigint not null default 0,
    unclear bigint not null default 0,
    stopped bigint not null default 0,
    since_good bigint not null default 0,
    since_bad bigint not null default 0,
    rate_at bigint not null default 0,
    rate_count bigint not null default 0,
    rate bigint not null default 0,
    report_state text not null default ''
);
insert into sending select b.request, case when r.state = 'preparing' then r.state when r.state = 'waiting' then 'ready' when r.state in ('approved', 'sending') then 'going'
    when r.state = 'paused' or r.state = 'stopped' and r.ended_at = 0 then 'held' else 'over' end, case when r.state = 'preparing' then 0 else r.size end, r.resumed_at, b.begin_at, b.begun_at, b.rest, b.rest_why, b.hold_why, b.hold_until,
    b.sending, b.done, b.failed, b.unclear, 0, b.since_good, b.since_bad, b.rate_at, b.rate_count, b.rate, b.told
    from broadcast b join request r on r.n = b.request;

-- Up to 200 recipients: 8 bytes of status for each. Those of an audience follow each other,
-- and the sum is over what was approved of them; others are named.
create table delivery_batch (
    request bigint not null references sending (request),
    n bigint not null,
    first_row bigint not null,
    last_row bigint not null,
    members bigint not null,
    named text not null default '',
    waiting bigint not null,
    unclear bigint not null default 0,
    due_at bigint not null default 0,
    dues text not null default '',
    unclaimed bigint not null default 1,
    job bigint not null default 0,
    claim text not null default '',
    version bigint not null default 0,
    sum bytea not null,
    outcomes bytea not null,
    primary key (request, n)
);
insert into delivery_batch (request, n, first_row, last_row, members, waiting, unclear, unclaimed, job, claim, version, sum, outcomes)
    select request, n, first_row, last_row, members, waiting, unclear, free, job, claim, version, sum, outcomes from broadcast_batch;
create index delivery_batch_unclaimed on delivery_batch (request, n) where unclaimed = 1;
create index delivery_batch_job on delivery_batch (job) where job > 0;
drop table broadcast_batch;

-- Why deliveries failed, are unclear or wait.
create table delivery_reason (
    request bigint not null references sending (request),
    n bigint not null,
    code bigint not null,
    why text not null,
    primary key (request, n),
    unique (request, why)
);
insert into delivery_reason select request, n, code, why from broadcast_reason;
drop table broadcast_reason;

-- By which WeChat's later events name a delivery.
drop index delivery_ref;
create table delivery_ref (
    ref text not null,
    request bigint not null references sending (request),
    row bigint not null,
    primary key (ref, request)
);
insert into delivery_ref select ref, request, row from broadcast_ref;
drop table broadcast_ref;

-- What WeChat returned for a named recipient, or for a call without one.
create table delivery_receipt (
    request bigint not null references sending (request),
    row bigint not null,
    receipt text not null,
    primary key (request, row)
);

alter table broadcast drop column begin_at;
alter table broadcast drop column begun_at;
alter table broadcast drop column rest;
alter table broadcast drop column rest_why;
alter table broadcast drop column hold_why;
alter table broadcast drop column hold_until;
alter table broadcast drop column sending;
alter table broadcast drop column done;
alter table broadcast drop column failed;
alter table broadcast drop column unclear;
alter table broadcast drop column since_good;
alter table broadcast drop column since_bad;
alter table broadcast drop column rate_at;
alter table broadcast drop column rate_count;
alter table broadcast drop column rate;
alter table broadcast drop column told;

-- +goose Down
alter table broadcast add column begin_at bigint not null default 0;
alter table broadcast add column begun_at bigint not null default 0;
alter table broadcast add column rest text not null default '';
alter table broadcast add column rest_why text not null default '';
alter table broadcast add column hold_why text not null default '';
alter table broadcast add column hold_until bigint not null default 0;
alter table broadcast add column sending bigint not null default 0;
alter table broadcast add column done bigint not null default 0;
alter table broadcast add column failed bigint not null default 0;
alter table broadcast add column unclear bigint not null default 0;
alter table broadcast add column since_good bigint not null default 0;
alter table broadcast add column since_bad bigint not null default 0;
alter table broadcast add column rate_at bigint not null default 0;
alter table broadcast add column rate_count bigint not null default 0;
alter table broadcast add column rate bigint not null default 0;
alter table broadcast add column told text not null default '';
update broadcast set begin_at = (select s.begin_at from sending s where s.request = broadcast.request), begun_at = (select s.begun_at from sending s where s.request = broadcast.request), rest = (select s.remaining_as from sending s where s.request = broadcast.request), rest_why = (select s.remaining_why from sending s where s.request = broadcast.request), hold_why = (select s.hold_why from sending s where s.request = broadcast.request), hold_until = (select s.hold_until from sending s where s.request = broadcast.request), sending = (select s.sending from sending s where s.request = broadcast.request), done = (select s.done from sending s where s.request = broadcast.request), failed = (select s.failed from sending s where s.request = broadcast.request), unclear = (select s.unclear from sending s where s.request = broadcast.request), since_good = (select s.since_good from sending s where s.request = broadcast.request), since_bad = (select s.since_bad from sending s where s.request = broadcast.request), rate_at = (select s.rate_at from sending s where s.request = broadcast.request), rate_count = (select s.rate_count from sending s where s.request = broadcast.request), rate = (select s.rate from sending s where s.request = broadcast.request), told = (select s.report_state from sending s where s.request = broadcast.request);
create table broadcast_batch (
    request bigint not null references broadcast (request),
    n bigint not null,
    first_row bigint not null,
    last_row bigint not null,
    members bigint not null,
    waiting bigint not null,
    unclear bigint not null default 0,
    free bigint not null default 1,
    job bigint not null default 0,
    claim text not null default '',
    version bigint not null default 0,
    sum bytea not null,
    outcomes bytea not null,
    primary key (request, n)
);
insert into broadcast_batch select request, n, first_row, last_row, members, waiting, unclear, unclaimed, job, claim, version, sum, outcomes
    from delivery_batch where request in (select request from broadcast);
create index broadcast_batch_free on broadcast_batch (request, n) where free = 1;
create index broadcast_batch_job on broadcast_batch (job) where job > 0;
create table broadcast_reason (
    request bigint not null references broadcast (request),
    n bigint not null,
    code bigint not null,
    why text not null,
    primary key (request, n),
    unique (request, why)
);
insert into broadcast_reason select request, n, code, why from delivery_reason where request in (select request from broadcast);
create table broadcast_ref (
    ref text not null,
    request bigint not null references broadcast (request),
    row bigint not null,
    primary key (ref, request)
);
insert into broadcast_ref select ref, request, row from delivery_ref where request in (select request from broadcast);
drop table delivery_receipt;
drop table delivery_ref;
drop table delivery_reason;
drop table delivery_batch;
drop table sending;
create index delivery_ref on delivery (ref) where ref <> '';
