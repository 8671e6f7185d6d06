-- +goose Up
-- What somebody last answered for a template of an account's, as WeChat's events tell. Who
-- unfollows has no row.
create table subscriber (
    account text not null,
    template text not null,
    openid text not null,
    accepted bigint not null,
    at bigint not null,
    primary key (account, template, openid)
);
create index subscriber_openid on subscriber (account, openid);

-- When somebody last wrote to an account, for as long as it may write to them.
create table writer (
    account text not null,
    openid text not null,
    at bigint not null,
    primary key (account, openid)
);
create index writer_at on writer (at);

-- By which name WeChat calls what was published, for its comments.
alter table article_filing add column msg_data_id text not null default '';

-- +goose Down
alter table article_filing drop column msg_data_id;
drop table writer;
drop table subscriber;
