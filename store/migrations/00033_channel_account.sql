-- +goose Up
-- Which WeChat account the lines of a channel are for, by its AppID.
create table channel_account (
    channel text primary key,
    account text not null,
    who text not null,
    at bigint not null
);

-- +goose Down
drop table channel_account;
