-- +goose Up
create table counter (
    name text primary key,
    n bigint not null
);
insert into counter (name, n) values ('request', 0);

create table request (
    n bigint primary key,
    kind text not null,
    state text not null,
    line text not null,
    asked_by text not null,
    channel text not null,
    thread text not null,
    payload text not null,
    hash text not null,
    size bigint not null,
    need bigint not null,
    asked_at bigint not null,
    expires_at bigint not null,
    remind_at bigint not null,
    approved_at bigint not null,
    ended_at bigint not null default 0,
    reason text not null default '',
    settled bigint not null default 0,
    due_at bigint not null default 0,
    grant_n bigint not null default 0,
    note text not null default ''
);
create index request_waiting on request (expires_at) where state = 'waiting';
create index request_same on request (asked_by, hash, asked_at);
create index request_state on request (state, n);

create table delivery (
    request bigint not null references request (n),
    seq bigint not null,
    recipient text not null,
    state text not null,
    claim text not null default '',
    tries bigint not null default 0,
    due_at bigint not null default 0,
    called_at bigint not null default 0,
    receipt text not null default '',
    reason text not null default '',
    ref text not null default '',
    doubt bigint not null default 0,
    primary key (request, seq)
);
create index delivery_ref on delivery (ref) where ref <> '';

create table approval (
    request bigint not null references request (n),
    who text not null,
    at bigint not null,
    hash text not null,
    primary key (request, who)
);

create table act (
    id text primary key,
    once text unique,
    request bigint not null,
    at bigint not null,
    verb text not null,
    who text not null,
    note text not null,
    answer text not null
);
create index act_request on act (request, id);

create table place (
    id text primary key,
    request bigint not null references request (n),
    role text not null,
    parent text not null,
    channel text not null,
    thread text not null,
    ts text not null default '',
    person text not null,
    lost_channel text not null default '',
    queued bigint not null default 0,
    drawing_until bigint not null default 0,
    fails bigint not null default 0
);
create index place_request on place (request);

create table setting (
    name text primary key,
    value bigint not null
);

create table process (
    id text primary key,
    seen_at bigint not null
);

-- +goose Down
drop table process;
drop table setting;
drop table place;
drop table act;
drop table approval;
drop table delivery;
drop table request;
drop table counter;
