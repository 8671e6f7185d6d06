-- +goose Up
insert into counter (name, n) values ('audience', 0);

-- A named audience: the version in force (0: none yet) and the newest one begun.
create table audience (
    name text primary key,
    version bigint not null,
    latest bigint not null
);

-- What a name stood for at a time; its members never change once it is ready.
create table audience_version (
    version bigint primary key,
    name text not null,
    kind text not null,
    source text not null,
    label text not null,
    state text not null,
    columns text not null default '[]',
    size bigint not null default 0,
    skipped text not null default '[]',
    reason text not null default '',
    attempt text not null default '',
    tries bigint not null default 0,
    who text not null,
    channel text not null,
    thread text not null,
    begun_at bigint not null,
    left_at bigint not null default 0,
    emptied bigint not null default 0
);
create index audience_version_left on audience_version (left_at) where left_at > 0 and emptied = 0;

create table audience_member (
    version bigint not null,
    row bigint not null,
    openid text not null,
    vals text not null,
    primary key (version, row)
);

-- Where an openid stands in a version, by 64 bits of its hash. Written in the order of
-- the hashes once all members are known: an index by openid would be written all over
-- the place, a page for each member.
create table audience_key (
    version bigint not null,
    hash bigint not null,
    row bigint not null,
    primary key (version, hash, row)
);

-- Who wants nothing more, whatever audience they are in.
create table unsubscribed (
    openid text primary key,
    hash bigint not null,
    who text not null,
    reason text not null,
    at bigint not null
);

create table audience_act (
    id text primary key,
    once text unique,
    audience text not null,
    at bigint not null,
    verb text not null,
    who text not null,
    note text not null,
    answer text not null
);
create index audience_act_audience on audience_act (audience, id);

-- +goose Down
drop table audience_act;
drop table unsubscribed;
drop table audience_key;
drop table audience_member;
drop table audience_version;
drop table audience;
delete from counter where name = 'audience';
