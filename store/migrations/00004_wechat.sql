-- +goose Up

-- An account's classic token, shared by all processes; who moves version fetches.
create table wechat_token (
    app_id text primary key,
    version bigint not null,
    value text not null,
    fetched_at bigint not null,
    until bigint not null,
    refresher text not null,
    lease_ends bigint not null
);

-- A platform's last ticket, which WeChat pushes.
create table wechat_ticket (
    platform text primary key,
    ticket text not null,
    at bigint not null
);

-- An account's refresh token, by which a platform calls for it.
create table wechat_refresh (
    app_id text primary key,
    token text not null
);

-- What the team calls a template.
create table wechat_nickname (
    name text primary key,
    template text not null
);

-- +goose Down
drop table wechat_nickname;
drop table wechat_refresh;
drop table wechat_ticket;
drop table wechat_token;
