-- +goose Up
-- What Slack has posted to any process on this database, as long as it may be posted again.
create table slack_heard (
    key text primary key, -- the event's id, or the sum of the body
    at bigint not null, -- when a process took it
    settled bigint not null default 0 -- 1: it was acknowledged; 0: it is at work, or has died
);
create index slack_heard_at on slack_heard (at);

-- +goose Down
drop table slack_heard;
