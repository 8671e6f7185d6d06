-- +goose Up
alter table request add column alike text not null default '';
alter table request add column resumed_at bigint not null default 0;
drop index request_same;
create index request_alike on request (asked_by, alike, asked_at);

-- A request to an audience. What became of each member stands in its batches; the
-- counts here are their sums.
create table broadcast (
    request bigint primary key references request (n),
    audience text not null,
    version bigint not null,
    columns text not null,
    failed_of bigint not null default 0,
    total bigint not null,
    prepared_to bigint not null default 0,
    batches bigint not null default 0,
    skipped text not null default '',
    samples text not null default '',
    quota text not null default '',
    begin_at bigint not null default 0,
    begun_at bigint not null default 0,
    rest text not null default '',
    rest_why text not null default '',
    hold_why text not null default '',
    hold_until bigint not null default 0,
    sending bigint not null default 0,
    done bigint not null default 0,
    failed bigint not null default 0,
    unclear bigint not null default 0,
    since_good bigint not null default 0,
    since_bad bigint not null default 0,
    rate_at bigint not null default 0,
    rate_count bigint not null default 0,
    rate bigint not null default 0,
    told text not null default ''
);
create index broadcast_version on broadcast (version);

-- Up to 200 members that follow each other: 8 bytes of outcome for each, and the sum
-- of what was approved.
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

-- By which WeChat's later events name a delivery, where the reply has an id.
create table broadcast_ref (
    ref text not null,
    request bigint not null references broadcast (request),
    row bigint not null,
    primary key (ref, request)
);

-- How fast an API is called, by all processes together: microseconds.
create table rate (
    api text primary key,
    next_at bigint not null default 0,
    slow bigint not null default 0,
    slow_until bigint not null default 0
);

-- +goose Down
drop table rate;
drop table broadcast_ref;
drop table broadcast_reason;
drop table broadcast_batch;
drop table broadcast;
drop index request_alike;
create index request_same on request (asked_by, hash, asked_at);
alter table request drop column resumed_at;
alter table request drop column alike;
