-- +goose Up
-- Whoever has opened the bot's home: what they see of it, and whether that is to be published anew.
create table home (
    person text not null primary key,
    filter text not null default '', -- which part they have chosen; '': all
    opened_at bigint not null,
    wanted bigint not null, -- goes up with each wish to publish it anew
    stands bigint not null default 0, -- the wish that is published
    wanted_at bigint not null, -- of the first that is not
    urgency bigint not null, -- 2: they have just opened it; 1: it is theirs; 0: it may concern them
    published_at bigint not null default 0,
    ready_at bigint not null default 0, -- nobody publishes it before
    shown text not null default '', -- the hash of what is published
    fails bigint not null default 0
);
create index home_wanted on home (urgency, wanted_at) where wanted > stands;

-- The requests of somebody, and those of a state, the newest first.
create index request_asked_by on request (asked_by, n);

-- +goose Down
drop index request_asked_by;
drop table home;
