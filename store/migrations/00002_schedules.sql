-- +goose Up
create table schedule (
    id bigint primary key,
    name text not null,
    folded text not null,
    state text not null,
    owner text not null,
    channel text not null,
    version bigint not null default 0,
    pending bigint not null default 0,
    next_at bigint not null default 0,
    wake_at bigint not null default 0,
    held bigint not null default 0,
    failures bigint not null default 0,
    created_at bigint not null
);
create unique index schedule_name on schedule (folded) where state <> 'removed';
create index schedule_wake on schedule (wake_at) where state = 'active';
create index schedule_pending on schedule (pending) where pending > 0;

create table schedule_version (
    n bigint primary key,
    key text not null unique,
    schedule bigint not null references schedule (id),
    terms text not null
);

create table schedule_run (
    schedule bigint not null references schedule (id),
    fire_at bigint not null,
    version bigint not null,
    state text not null,
    request bigint not null default 0,
    who text not null default '',
    found_at bigint not null,
    missed bigint not null default 0,
    since bigint not null default 0,
    note text not null default '',
    primary key (schedule, fire_at)
);
create index schedule_run_open on schedule_run (schedule, state) where state in ('firing', 'open');

create table schedule_act (
    id text primary key,
    schedule bigint not null references schedule (id),
    at bigint not null,
    who text not null,
    verb text not null
);
create index schedule_act_of on schedule_act (schedule, id);

-- +goose Down
drop table schedule_act;
drop table schedule_run;
drop table schedule_version;
drop table schedule;
